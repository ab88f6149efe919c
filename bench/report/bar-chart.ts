/** Bars in groups, each with its value on top. */
import { AREA, frame, HEIGHT, heightOf, type Named, scaleFor, WIDTH } from './frame.ts';
import { element, INK, picture, text } from './svg.ts';

export type Bar = { readonly value: number; readonly label: string; readonly mark?: number };

export type BarChart = {
  readonly title: string;
  readonly axes: { readonly x: string; readonly y: string };
  readonly series: readonly Named[];
  /** One bar for each of the series; a mark is a line across it. */
  readonly groups: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
};

/** How much of its place a group leaves free. */
const GAP = 0.2;

export const barChart = ({ title, axes, series, groups }: BarChart): string => {
  const scale = scaleFor(Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value))));
  const groupWidth = (AREA.right - AREA.left) / groups.length;
  const width = (groupWidth * (1 - GAP)) / series.length;
  const drawn = groups.flatMap(({ name, bars }, group) => {
    const left = AREA.left + groupWidth * (group + GAP / 2);
    const label = text(name, {
      x: AREA.left + groupWidth * (group + 0.5),
      y: AREA.bottom + 20,
      'text-anchor': 'middle',
      'font-weight': 600,
    });
    const drawnBars = bars.flatMap((bar, index) =>
      draw(bar, left + index * width, width, scale.most, series[index]?.color ?? INK),
    );
    return [label, ...drawnBars];
  });
  return picture(WIDTH, HEIGHT, title, [...frame(scale, axes, series), ...drawn]);
};

const draw = (
  { value, label, mark }: Bar,
  x: number,
  width: number,
  most: number,
  color: string,
): string[] => {
  const y = heightOf(value, most);
  const bar = element('rect', {
    x: x + 1,
    y,
    width: width - 2,
    height: AREA.bottom - y,
    fill: color,
  });
  const valueLabel = text(label, {
    x: x + width / 2,
    y: y - 5,
    'text-anchor': 'middle',
    'font-size': 10,
  });
  if (mark === undefined) return [bar, valueLabel];
  const level = heightOf(mark, most);
  const line = { x1: x - 1, x2: x + width + 1, y1: level, y2: level };
  return [bar, valueLabel, element('line', { ...line, stroke: INK, 'stroke-width': 2 })];
};
