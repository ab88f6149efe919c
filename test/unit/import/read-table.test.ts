/** A table as `\copy … csv header` of different clients and systems writes it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTable } from '../../../lib/import/rails/read-table.ts';

const read = async (text: string): Promise<(string | null)[][]> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-table-'));
  try {
    await writeFile(join(folder, 'products.csv'), text);
    const rows: (string | null)[][] = [];
    for await (const cell of readTable(folder, 'products', ['id', 'name'])) {
      rows.push([cell('id'), cell('name')]);
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
};

test.each([
  ['an order of columns of its own', 'name,more,id\nTea,x,1\n', [['1', 'Tea']]],
  ['no last line end', 'id,name\n1,Tea', [['1', 'Tea']]],
  ['a byte order mark', '\ufeffid,name\n1,Tea\n', [['1', 'Tea']]],
  ['a byte order mark before a quote', '\ufeff"id","name"\n1,Tea\n', [['1', 'Tea']]],
  [
    'line ends of Windows',
    'id,name\r\n1,Tea\r\n2,Mug\r\n',
    [
      ['1', 'Tea'],
      ['2', 'Mug'],
    ],
  ],
  [
    'line ends in quotes',
    'id,name\n1,"Green\ntea"\n2,"a\r\nb"\n',
    [
      ['1', 'Green\ntea'],
      ['2', 'a\r\nb'],
    ],
  ],
  [
    'line ends in quotes, with those of Windows',
    'id,name\r\n1,"Green\ntea"\r\n',
    [['1', 'Green\ntea']],
  ],
  ['quotes and commas in quotes', 'id,name\n1,"a ""b"", c"\n', [['1', 'a "b", c']]],
  [
    'NULL, and text without characters',
    'id,name\n1,\n2,""\n',
    [
      ['1', null],
      ['2', null],
    ],
  ],
  ['a bigint', 'id,name\n9223372036854775807,x\n', [['9223372036854775807', 'x']]],
  ['spaces', 'id,name\n1, Tea \n', [['1', ' Tea ']]],
  ['a backslash', 'id,name\n1,a\\"b\n', undefined],
  ['fewer cells in a row', 'id,name\n1\n', undefined],
  ['semicolons', 'id;name\n1;Tea\n', undefined],
])('A table with %s', async (_, text, rows) => {
  if (rows) expect(await read(text)).toEqual(rows);
  else await expect(read(text)).rejects.toMatchObject({ name: 'UnreadableError' });
});

test('A column that is there twice is refused, because only one of them can be meant', async () => {
  await expect(read('id,name,name\n1,Tea,Mug\n')).rejects.toMatchObject({
    name: 'UnreadableError',
  });
});
