// A surface over two axes, turned by dragging or by the arrow keys: painted by a few lines of geometry, where a library would want WebGL.

import {css, small} from './charts.js';
import {el, fill, number} from './dom.js';

const COLUMNS = 40;
const MARGIN = 34;
const TALL = .5;
const TURN = .12;

/** How many of a histogram's values lie in equal parts of a range: a part of a bar counts by its share. */
export function shares(histogram, low, high, columns = COLUMNS) {
  const found = new Array(columns).fill(0);
  const width = (high - low) / columns;
  const bar = (histogram.max - histogram.min) / histogram.bars.length;
  histogram.bars.forEach((count, i) => {
    const left = (histogram.min + i * bar - low) / width;
    const right = left + bar / width;
    const [first, last] = [left, right].map((at) => Math.max(0, Math.min(columns - 1, Math.floor(at))));
    for (let column = first; column <= last; column++) {
      const part = right > left ? (Math.min(right, column + 1) - Math.max(left, column)) / (right - left) : 1;
      found[column] += Math.max(0, part) * count / Math.max(1, histogram.count);
    }
  });
  return found;
}

function mixed(from, to, share) {
  const part = (text, i) => parseInt(text.slice(1 + 2 * i, 3 + 2 * i), 16);
  return `rgb(${[0, 1, 2].map((i) => Math.round(part(from, i) + share * (part(to, i) - part(from, i)))).join()})`;
}

/** Histograms over steps: values to the right, steps into the depth, shares upwards. */
export class Surface {
  constructor(area, histograms) {
    this.area = area;
    this.histograms = histograms;
    this.low = Math.min(...histograms.map((one) => one.min));
    this.high = Math.max(this.low + 1e-9, ...histograms.map((one) => one.max));
    this.rows = histograms.map((one) => shares(one, this.low, this.high));
    // One step alone is a wall: it is drawn twice.
    if (this.rows.length === 1) {
      this.rows.push(this.rows[0]);
    }
    this.tallest = Math.max(1e-12, ...this.rows.flat());
    this.yaw = -.5;
    this.tilt = .55;
    this.canvas = el('canvas', {});
    this.readout = el('p', {class: 'under'});
    fill(area, this.canvas);
    area.after(this.readout);
    const listen = (name, listener) => area.addEventListener(name, listener);
    let from = null;
    listen('pointerdown', (e) => {
      from = [e.clientX, e.clientY];
      area.setPointerCapture(e.pointerId);
    });
    listen('pointermove', (e) => {
      if (from) {
        this.turn((e.clientX - from[0]) / 150, (e.clientY - from[1]) / 200);
        from = [e.clientX, e.clientY];
      } else {
        this.point(e.offsetX, e.offsetY);
      }
    });
    listen('pointerup', () => {
      from = null;
    });
    listen('keydown', (e) => {
      const turns = {ArrowLeft: [-TURN, 0], ArrowRight: [TURN, 0], ArrowUp: [0, -TURN], ArrowDown: [0, TURN]}[e.key];
      if (turns) {
        e.preventDefault();
        this.turn(...turns);
      }
    });
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(area);
    this.draw();
    this.say(this.rows.length - 1, this.rows[this.rows.length - 1].indexOf(Math.max(...this.rows[this.rows.length - 1])));
  }

  turn(sideways, up) {
    this.yaw += sideways;
    this.tilt = Math.max(.1, Math.min(1.4, this.tilt + up));
    this.draw();
  }

  /** Where a corner is seen, and how far away: all three parts of it go from 0 to 1. */
  corner(across, along, height) {
    const [x, z] = [across - .5, along - .5];
    const [sin, cos] = [Math.sin(this.yaw), Math.cos(this.yaw)];
    const deep = x * sin + z * cos;
    return [this.width / 2 + (x * cos - z * sin) * this.scale,
      this.height * .68 + (deep * Math.sin(this.tilt) - height * TALL * Math.cos(this.tilt)) * this.scale, deep];
  }

  draw() {
    [this.width, this.height] = [this.area.clientWidth, this.area.clientHeight];
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = this.width * ratio;
    this.canvas.height = this.height * ratio;
    this.canvas.style.width = this.width + 'px';
    this.canvas.style.height = this.height + 'px';
    this.scale = Math.max(10, Math.min(this.width * .68, (this.height - MARGIN) * 1.05));
    const pen = this.canvas.getContext('2d');
    pen.scale(ratio, ratio);
    const last = this.rows.length - 1;
    this.corners = this.rows.map((row, i) => row.map((share, j) => this.corner(j / (COLUMNS - 1), i / last, share / this.tallest)));
    this.floor(pen);
    const faces = [];
    for (let i = 0; i < last; i++) {
      for (let j = 0; j + 1 < COLUMNS; j++) {
        const around = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]];
        faces.push({points: around.map(([a, b]) => this.corners[a][b]), tall: around.reduce((sum, [a, b]) => sum + this.rows[a][b], 0) / 4 / this.tallest,
          deep: around.reduce((sum, [a, b]) => sum + this.corners[a][b][2], 0)});
      }
    }
    // What is farther away is painted first.
    faces.sort((a, b) => a.deep - b.deep);
    const [low, high] = [css('--line'), css('--accent')];
    pen.lineWidth = .6;
    for (const face of faces) {
      pen.beginPath();
      face.points.forEach(([x, y]) => pen.lineTo(x, y));
      pen.closePath();
      pen.fillStyle = mixed(low, high, Math.sqrt(face.tall));
      pen.strokeStyle = css('--card');
      pen.fill();
      pen.stroke();
    }
    this.labels(pen);
  }

  floor(pen) {
    const ground = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, z]) => this.corner(x, z, 0));
    pen.strokeStyle = css('--line');
    pen.beginPath();
    ground.forEach(([x, y]) => pen.lineTo(x, y));
    pen.closePath();
    pen.stroke();
  }

  /** The ends of both axes. */
  labels(pen) {
    pen.fillStyle = css('--soft');
    pen.font = `${small()}px system-ui, sans-serif`;
    pen.textAlign = 'center';
    const steps = this.histograms.map((one) => one.step);
    [[-.14, 1, number(this.low)], [1.04, 1.08, number(this.high)], [1.17, 0, `step ${number(steps[0])}`],
      [1.2, .9, `step ${number(steps[steps.length - 1])}`]].forEach(([x, z, text]) => {
      const [left, top] = this.corner(x, z, 0);
      pen.fillText(text, Math.max(24, Math.min(this.width - 24, left)), Math.min(this.height - 3, top + small() / 2));
    });
  }

  point(x, y) {
    let best = null;
    this.corners.forEach((row, i) => row.forEach(([left, top, deep], j) => {
      const far = (left - x) ** 2 + (top - y) ** 2 - deep * 20;
      if (best === null || far < best.far) {
        best = {far, i, j};
      }
    }));
    this.say(best.i, best.j);
  }

  say(i, j) {
    const one = this.histograms[Math.min(i, this.histograms.length - 1)];
    const width = (this.high - this.low) / COLUMNS;
    this.readout.dataset.share = this.rows[i][j];
    this.readout.textContent = `step ${number(one.step)}, ${number(Number((this.low + j * width).toPrecision(3)))} to `
        + `${number(Number((this.low + (j + 1) * width).toPrecision(3)))}: ${number(Number((100 * this.rows[i][j]).toPrecision(3)))} % of the values`;
  }

  dispose() {
    this.watcher.disconnect();
  }
}
