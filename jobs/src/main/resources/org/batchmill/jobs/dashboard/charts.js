// Charts of ECharts in the colours of the page, with the values under the pointer as a table beside them.

import {el, fill, number, swatch} from './dom.js';

const LIGHT = ['#0b6e8f', '#d1495b', '#2f8f4e', '#b8770f', '#7a4fc4', '#1d9aa8', '#c2417f', '#5c6b1d', '#33558b', '#a3542a'];
const DARK = ['#5fc3e4', '#ff8a8f', '#6fd397', '#f2b950', '#b99bff', '#4fd8d1', '#ff8ec4', '#c0d05c', '#8fb4ff', '#f0a27a'];

const FEW = 30;

const open = new Set();

export const isDark = () => document.documentElement.dataset.theme === 'dark';

export function colour(index) {
  const palette = isDark() ? DARK : LIGHT;
  return palette[index % palette.length];
}

export function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A chart in an element, which follows the element's size. */
export function chart(element, onResized = () => {}) {
  const made = echarts.init(element, null, {renderer: 'canvas'});
  const watcher = new ResizeObserver(() => {
    // It calls back when it begins too, with the size that the chart was made for.
    if (made.getWidth() !== element.clientWidth || made.getHeight() !== element.clientHeight) {
      made.resize();
      onResized();
    }
  });
  watcher.observe(element);
  const close = made.dispose.bind(made);
  made.dispose = () => {
    watcher.disconnect();
    open.delete(made);
    close();
  };
  open.add(made);
  return made;
}

export function closeAll() {
  [...open].forEach((one) => one.dispose());
}

/** Elements that are in sight, or will be soon, tell their cards. */
const sights = new WeakMap();
const sight = new IntersectionObserver((entries) => entries.forEach((entry) => sights.get(entry.target)?.(entry.isIntersecting)),
    {rootMargin: '50% 0px'});
window.addEventListener('beforeprint', () => document.querySelectorAll('.chart').forEach((area) => sights.get(area)?.(true)));

/** The size of small print in pixels: it grows with the screen, as the page's does. */
export const small = () => .8 * parseFloat(getComputedStyle(document.documentElement).fontSize);

export function axis({axisLabel = {}, nameTextStyle = {}, ...more}) {
  return {
    axisLine: {lineStyle: {color: css('--line')}},
    axisLabel: {color: css('--soft'), hideOverlap: true, fontSize: small(), ...axisLabel},
    splitLine: {lineStyle: {color: css('--line'), opacity: .7}},
    nameTextStyle: {color: css('--soft'), fontSize: small(), ...nameTextStyle},
    ...more,
  };
}

export const FONT = () => ({fontFamily: 'system-ui, sans-serif', fontSize: small(), color: css('--text')});

/** The point that is nearest in x. */
export function nearest(points, x) {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && x - points[low - 1][0] <= points[low][0] - x ? points[low - 1] : points[low];
}

/** [[x, y]] as ECharts takes it without a copy of its own. */
function flat(points) {
  const made = new Float64Array(2 * points.length);
  points.forEach(([x, y], i) => {
    made[2 * i] = x;
    made[2 * i + 1] = y;
  });
  return made;
}

/**
 * A card with curves: lines is [{name, colour, points: [[x, y]], smooth: [[x, y]]?}]. Arrow keys move the pointer, dragging zooms. Curves are
 * drawn when the card comes in sight.
 */
export class CurveCard {
  constructor(title, {onRange = null, unit = 'step', wide = false} = {}) {
    this.unit = unit;
    this.lines = [];
    this.note = el('p', {hidden: true});
    this.readout = el('tbody');
    this.area = el('div', {class: 'chart', tabindex: '0', role: 'img', 'aria-label': title});
    // Beside the chart and not of it: moving them draws no curve anew.
    this.line = el('div', {class: 'pointer', hidden: true});
    this.range = el('div', {class: 'pointer marked', hidden: true});
    this.element = el('section', {class: wide ? 'card wide' : 'card', 'data-chart': title}, el('h2', {}, title),
        el('div', {class: 'chart-box'}, this.area, this.line, this.range),
        el('div', {class: 'readout-box'}, el('table', {class: 'readout'}, this.readout)), this.note);
    this.title = title;
    this.onRange = onRange;
  }

  /** Behind its element's being on the page. */
  begin() {
    sights.set(this.area, (seen) => {
      this.seen = seen;
      if (seen && this.stale) {
        this.paint();
      }
    });
    sight.observe(this.area);
    this.area.addEventListener('keydown', (e) => {
      const move = {ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity}[e.key];
      const points = this.lines.find((line) => line.points.length)?.points;
      if (move && points) {
        e.preventDefault();
        const now = this.pointer === null || this.pointer === undefined ? points.length - 1
            : points.indexOf(nearest(points, this.pointer));
        this.point(points[Math.max(0, Math.min(points.length - 1, now + move))][0]);
      }
    });
    return this;
  }

  end() {
    sight.unobserve(this.area);
    this.chart?.dispose();
  }

  made() {
    const made = chart(this.area, () => this.place());
    const zr = made.getZr();
    let from = null;
    zr.on('mousedown', (e) => {
      from = this.onRange ? this.at(e) : null;
    });
    zr.on('mousemove', (e) => {
      const x = this.at(e);
      if (x !== null) {
        this.point(x);
        this.mark(from, x);
      }
    });
    zr.on('mouseup', (e) => {
      const to = this.at(e);
      if (from !== null && to !== null) {
        this.mark(null, null);
        const [low, high] = [Math.round(Math.min(from, to)), Math.round(Math.max(from, to))];
        if (high - low > 1) {
          this.onRange(low, high);
        }
      }
      from = null;
    });
    zr.on('globalout', () => this.point(null));
    zr.on('dblclick', () => this.onRange && this.onRange(null, null));
    return made;
  }

  at(e) {
    if (!this.chart.containPixel('grid', [e.offsetX, e.offsetY])) {
      return null;
    }
    return this.chart.convertFromPixel({xAxisIndex: 0}, e.offsetX);
  }

  mark(from, to) {
    this.range.hidden = from === null || to === null;
    if (!this.range.hidden) {
      const [left, right] = [from, to].map((x) => this.chart.convertToPixel({xAxisIndex: 0}, x)).sort((a, b) => a - b);
      this.range.style.left = left + 'px';
      this.range.style.width = right - left + 'px';
    }
  }

  /** Puts the line where the pointer is. */
  place() {
    const x = this.chart && this.pointer !== null && this.pointer !== undefined ? this.chart.convertToPixel({xAxisIndex: 0}, this.pointer) : NaN;
    this.line.hidden = !(x >= 0 && x <= this.area.clientWidth);
    if (!this.line.hidden) {
      this.line.style.left = x + 'px';
    }
  }

  /** Shows the values nearest to x; the last ones for null. */
  point(x) {
    this.pointer = x;
    this.place();
    fill(this.readout, this.lines.filter((line) => line.points.length).map((line) => {
      const [at, value] = x === null ? line.points[line.points.length - 1] : nearest(line.points, x);
      const smooth = line.smooth?.length ? (x === null ? line.smooth[line.smooth.length - 1] : nearest(line.smooth, x))[1] : null;
      return el('tr', {'data-run': line.id ?? line.name, 'data-at': at, 'data-value': value},
          el('td', {}, el('span', {class: 'run'}, swatch(line.colour), line.name)),
          el('td', {class: 'number'}, `${this.unit} ${number(at)}`),
          el('td', {class: 'number', title: String(value)}, number(value)),
          smooth === null ? null : el('td', {class: 'number', title: 'smoothed'}, '≈ ' + number(smooth)));
    }));
  }

  draw(lines, {log = false, min = null, max = null, yMin = null, yMax = null, note = ''} = {}) {
    let hidden = 0;
    const usable = (points) => {
      const kept = log ? points.filter((point) => point[1] > 0) : points;
      hidden += points.length - kept.length;
      return kept;
    };
    this.lines = lines;
    this.shown = lines.map((line) => ({...line, points: usable(line.points), smooth: line.smooth && usable(line.smooth)}));
    this.bounds = {log, min, max, yMin, yMax};
    const notes = [note, hidden ? `${number(hidden)} points that are not above 0 have no place on a log scale.` : ''].filter(Boolean);
    this.note.textContent = notes.join(' ');
    this.note.hidden = !notes.length;
    this.stale = true;
    if (this.seen) {
      this.paint();
    }
    this.point(this.pointer ?? null);
  }

  paint() {
    const {log, min, max, yMin, yMax} = this.bounds;
    const curve = (id, line, points, more) => ({id, type: 'line', dimensions: ['x', 'y'], data: flat(points), animation: false, silent: true,
      emphasis: {disabled: true}, color: line.colour, showSymbol: false, ...more});
    const series = this.shown.flatMap((line, i) => {
      const raw = curve('raw' + i, line, line.points, {showSymbol: line.points.length < 40, symbolSize: 5,
        lineStyle: {width: line.smooth ? 1 : 1.6, opacity: line.smooth ? .28 : 1}, itemStyle: {opacity: line.smooth ? .3 : 1}});
      return line.smooth ? [raw, curve('smooth' + i, line, line.smooth, {lineStyle: {width: 2}})] : [raw];
    });
    this.chart ??= this.made();
    this.chart.setOption({
      textStyle: FONT(),
      animation: false,
      grid: {left: 8, right: 26, top: 12, bottom: 6, containLabel: true},
      xAxis: axis({type: 'value', min: min ?? 'dataMin', max: max ?? 'dataMax', splitLine: {show: false}}),
      yAxis: axis({type: log ? 'log' : 'value', scale: true, min: yMin, max: yMax}),
      series,
    }, {replaceMerge: ['series']});
    this.stale = false;
    this.mark(null, null);
    this.place();
  }
}

/** Flat [step, value, ...] as pairs. */
export function pairs(flat = []) {
  const points = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    points.push([flat[i], flat[i + 1]]);
  }
  return points;
}

/** An exponential mean that begins without a bias; where a point stands for several steps it weighs as they would. */
export function smooth(series, share) {
  // Evaluations are few, and a mean of them would tell less than they do.
  if (!(share > 0) || series.points.length < 2 * FEW) {
    return null;
  }
  const flat = series.means ?? series.points.flatMap((value, i) => i % 2 ? [value, 1] : [value]);
  const smoothed = [];
  let sum = 0;
  let weight = 1;
  for (let i = 0; i + 2 < flat.length; i += 3) {
    const keep = share ** flat[i + 2];
    sum = sum * keep + flat[i + 1] * (1 - keep);
    weight *= keep;
    smoothed.push([flat[i], sum / (1 - weight)]);
  }
  return smoothed;
}
