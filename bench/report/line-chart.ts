/** Lines over a scale on which every step is ten times the one before. */
import { AREA, frame, HEIGHT, heightOf, type Named, scaleFor, WIDTH } from './frame.ts';
import { element, picture, text } from './svg.ts';
import { number } from './table.ts';

export type LineChart = {
  readonly title: string;
  readonly axes: { readonly x: string; readonly y: string };
  readonly series: readonly (Named & {
    readonly points: readonly { readonly x: number; readonly y: number }[];
  })[];
};

/** What stays free on both sides of the lines. */
const MARGIN = 60;

export const lineChart = ({ title, axes, series }: LineChart): string => {
  const points = series.flatMap((line) => line.points);
  const scale = scaleFor(Math.max(...points.map(({ y }) => y)));
  const steps = [...new Set(points.map(({ x }) => x))];
  const [first, last] = [Math.log10(Math.min(...steps)), Math.log10(Math.max(...steps))];
  const width = AREA.right - AREA.left - 2 * MARGIN;
  const across = (x: number): number =>
    AREA.left + MARGIN + ((Math.log10(x) - first) / Math.max(last - first, 1)) * width;
  const lines = series.flatMap(({ color, points: own }) => {
    const places = own.map(({ x, y }) => ({ x: across(x), y: heightOf(y, scale.most) }));
    return [
      element('polyline', {
        points: places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '),
        fill: 'none',
        stroke: color,
        'stroke-width': 2,
      }),
      ...places.map(({ x, y }) => element('circle', { cx: x, cy: y, r: 4, fill: color })),
    ];
  });
  const labels = steps.map((step) =>
    text(number(step), { x: across(step), y: AREA.bottom + 20, 'text-anchor': 'middle' }),
  );
  return picture(WIDTH, HEIGHT, title, [...frame(scale, axes, series), ...labels, ...lines]);
};
