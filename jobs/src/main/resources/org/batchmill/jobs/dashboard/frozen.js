// In place of server.js where there is no server: answers that stand in the page, as FrozenAnswers wrote them.

const kept = JSON.parse(document.getElementById('frozen').textContent);

export const FIRST = 'summary';
export const FROZEN = true;

const answer = (...question) => kept[question.join('\n')];

/** The part of a curve that lies in a range; it is as fine as what was kept. */
function part(series, from, to, width) {
  const some = [];
  for (let i = 0; i < series.length; i += width) {
    if (series[i] >= from && series[i] <= to) {
      some.push(...series.slice(i, i + width));
    }
  }
  return some;
}

function scalars({run: ids, from, to}) {
  const [low, high] = [Number(from ?? -Infinity), Number(to ?? Infinity)];
  return {runs: Object.fromEntries(ids.map((id) => {
    const its = answer('scalars', id);
    const columns = Object.entries(its.columns ?? {}).map(([name, series]) => [name, {...series, points: part(series.points, low, high, 2),
      means: series.means && part(series.means, low, high, 3)}]);
    return [id, {...its, columns: Object.fromEntries(columns)}];
  }))};
}

export async function ask(name, values = {}) {
  // Of a timeline the whole is kept, and a part of it is as fine as that.
  const its = name === 'scalars' ? scalars(values) : name === 'timeline' ? answer(name, values.run) : answer(name, ...Object.values(values));
  if (its === undefined) {
    throw new Error('This report has no more of it: the dashboard shows all that the run folder holds.');
  }
  return its;
}

export const imageAddress = (run, tag, step) => answer('image', run, tag, step);

/** Nothing changes any more. */
export function listen(onRuns, onState) {
  onState(`as of ${new Date(kept.runs.now).toLocaleString()}`, '');
}
