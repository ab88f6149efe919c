/** Bars in groups, each with its value on top, over a scale to the left and under a legend. */
import { element, GRID, INK, picture, text } from './svg.ts';
import { number } from './table.ts';

export type BarChart = {
  readonly title: string;
  readonly axes: { readonly x: string; readonly y: string };
  readonly series: readonly string[];
  /** One value for each of the series. */
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
};

const WIDTH = 820;
const HEIGHT = 400;

/** The area inside the axes. */
const AREA = { left: 70, right: WIDTH - 20, top: 70, bottom: HEIGHT - 60 } as const;

const LEGEND_WIDTH = 140;

/** The first colours are for the strategies to compare with, the last ones for group commit. */
const COLORS = ['#8c959f', '#d1682a', '#9ecbff', '#4a90e2', '#0b4f9e'];

/** The share of a group's width that stays free. */
const GAP = 0.2;

export const barChart = ({ title, axes, series, groups }: BarChart): string => {
  const scale = scaleFor(Math.max(...groups.flatMap(({ values }) => values)));
  const groupWidth = (AREA.right - AREA.left) / groups.length;
  const width = (groupWidth * (1 - GAP)) / series.length;
  const bars = groups.flatMap(({ name, values }, group) => {
    const middle = AREA.left + groupWidth * (group + 0.5);
    const left = AREA.left + groupWidth * (group + GAP / 2);
    return [
      text(name, { x: middle, y: AREA.bottom + 20, ...CENTRED, 'font-weight': 600 }),
      ...values.flatMap((value, index) =>
        bar(value, { x: left + index * width, width, most: scale.most, fill: colorOf(index) }),
      ),
    ];
  });
  return picture(WIDTH, HEIGHT, title, [
    ...grid(scale),
    ...axisTitles(axes),
    ...legend(series),
    ...bars,
  ]);
};

const CENTRED = { 'text-anchor': 'middle' } as const;

const colorOf = (index: number): string => COLORS[index % COLORS.length] as string;

/** The position of a value, from the top of the picture. */
const heightOf = (value: number, most: number): number =>
  AREA.bottom - (value / most) * (AREA.bottom - AREA.top);

/**
 * The end of a scale that includes the value: up to five steps of 1, 2 or 5 times a power of ten.
 */
const scaleFor = (value: number): { readonly most: number; readonly step: number } => {
  const rough = value / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return { most: Math.ceil(value / step) * step, step };
};

const grid = ({ most, step }: ReturnType<typeof scaleFor>): string[] =>
  Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step).flatMap(
    (value) => {
      const y = heightOf(value, most);
      const ends = { x1: AREA.left, x2: AREA.right, y1: y, y2: y };
      return [
        element('line', { ...ends, stroke: value ? GRID : INK }),
        text(number(value), { x: AREA.left - 8, y: y + 4, 'text-anchor': 'end' }),
      ];
    },
  );

const axisTitles = ({ x, y }: BarChart['axes']): string[] => {
  const middle = (AREA.top + AREA.bottom) / 2;
  return [
    text(x, { x: (AREA.left + AREA.right) / 2, y: HEIGHT - 14, ...CENTRED }),
    text(y, { x: 18, y: middle, ...CENTRED, transform: `rotate(-90 18 ${middle})` }),
  ];
};

const legend = (series: readonly string[]): string[] =>
  series.flatMap((name, index) => {
    const x = AREA.left + index * LEGEND_WIDTH;
    return [
      element('rect', { x, y: 40, width: 12, height: 12, fill: colorOf(index) }),
      text(name, { x: x + 18, y: 50 }),
    ];
  });

type Place = {
  readonly x: number;
  readonly width: number;
  readonly most: number;
  readonly fill: string;
};

const bar = (value: number, { x, width, most, fill }: Place): string[] => {
  const y = heightOf(value, most);
  return [
    element('rect', { x: x + 1, y, width: width - 2, height: AREA.bottom - y, fill }),
    text(number(value), { x: x + width / 2, y: y - 5, ...CENTRED, 'font-size': 10 }),
  ];
};
