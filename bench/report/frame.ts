/** What every chart has: the area it draws in, a scale to the left, titles on both axes, a legend. */

import { element, GRID, INK, text } from './svg.ts';
import { number } from './table.ts';

export const WIDTH = 820;
export const HEIGHT = 400;

/** The area inside the axes. */
export const AREA = { left: 70, right: WIDTH - 20, top: 70, bottom: HEIGHT - 60 } as const;

export type Named = { readonly name: string; readonly color: string };

/** Where a value stands, from the top of the picture. */
export const heightOf = (value: number, most: number): number =>
  AREA.bottom - (value / most) * (AREA.bottom - AREA.top);

/** The end of a scale on which a value fits: 1, 2 or 5 and zeros, times up to five steps. */
export const scaleFor = (value: number): { readonly most: number; readonly step: number } => {
  const rough = value / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return { most: Math.ceil(value / step) * step, step };
};

export const frame = (
  { most, step }: ReturnType<typeof scaleFor>,
  axes: { readonly x: string; readonly y: string },
  legend: readonly Named[],
): string[] => {
  const lines: string[] = [];
  for (let value = 0; value <= most; value += step) {
    const y = heightOf(value, most);
    lines.push(
      element('line', { x1: AREA.left, x2: AREA.right, y1: y, y2: y, stroke: value ? GRID : INK }),
      text(number(value), { x: AREA.left - 8, y: y + 4, 'text-anchor': 'end' }),
    );
  }
  const middle = (AREA.top + AREA.bottom) / 2;
  return [
    ...lines,
    text(axes.x, { x: (AREA.left + AREA.right) / 2, y: HEIGHT - 14, 'text-anchor': 'middle' }),
    text(axes.y, {
      x: 18,
      y: middle,
      'text-anchor': 'middle',
      transform: `rotate(-90 18 ${middle})`,
    }),
    ...legend.flatMap(({ name, color }, index) => {
      const x = AREA.left + index * LEGEND_WIDTH;
      return [
        element('rect', { x, y: 40, width: 12, height: 12, fill: color }),
        text(name, { x: x + 18, y: 50 }),
      ];
    }),
  ];
};

const LEGEND_WIDTH = 140;
