/** The few SVG elements that a chart needs, as text. */

type Attributes = Readonly<Record<string, string | number>>;

export const element = (name: string, attributes: Attributes, content = ''): string => {
  const written = Object.entries(attributes)
    .map(([key, value]) => `${key}="${typeof value === 'number' ? round(value) : escaped(value)}"`)
    .join(' ');
  return content === '' ? `<${name} ${written}/>` : `<${name} ${written}>${content}</${name}>`;
};

export const text = (content: string, attributes: Attributes): string =>
  element('text', attributes, escaped(content));

/** A whole picture, with a white background so that it is readable on any page. */
export const picture = (
  width: number,
  height: number,
  title: string,
  content: readonly string[],
): string =>
  element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': title,
      'font-family': 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif',
      'font-size': 12,
      fill: INK,
    },
    `\n${[
      element('rect', { width, height, fill: '#ffffff' }),
      text(title, {
        x: width / 2,
        y: 24,
        'text-anchor': 'middle',
        'font-size': 15,
        'font-weight': 600,
      }),
      ...content,
    ].join('\n')}\n`,
  );

export const INK = '#24292f';
export const GRID = '#d8dee4';

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
