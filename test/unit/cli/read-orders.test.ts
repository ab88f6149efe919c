/** What a file of orders may look like. */
import { describe, expect, test } from '@jest/globals';
import { readOrders } from '../../../cli/cancel-file/read-orders.ts';
import { Failure } from '../../../cli/failure.ts';

const idsOf = (text: string): string[] => readOrders(text).orders.map(({ orderId }) => orderId);

const complaintAbout = (text: string): string => {
  try {
    readOrders(text);
  } catch (error) {
    if (error instanceof Failure && error.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error('It was read');
};

describe('A file of orders', () => {
  test.each([
    ['ids alone', '1\n2\n'],
    ['no line break at its end', '1\n2'],
    ['a byte-order mark and line breaks of Windows', '\ufeff1\r\n2\r\n'],
    ['empty lines and blanks', '\n 1 \n\n2\n'],
    ['a header', 'orderId\n1\n2\n'],
    ['a header in other letters', 'ORDERID,Reason\n1,fraud\n2,\n'],
    ['semicolons', 'orderId;note\n1;a, b\n2;\n'],
    ['tabs', 'orderId\tnote\n1\ta;b\n2\t\n'],
    ['quotes', '"orderId","note"\n"1","a ""b"""\n"2",""\n'],
    ['lines that are shorter than the header', 'orderId,reason,note\n1,fraud\n2\n'],
  ])('may have %s', (_, text) => {
    expect(idsOf(text)).toEqual(['1', '2']);
  });

  test('may name an order twice: the first line counts', () => {
    expect(readOrders('orderId,reason\n1,fraud\n2,\n1,customer\n')).toEqual({
      orders: [{ orderId: '1', reason: 'fraud' }, { orderId: '2' }],
      repeated: 1,
    });
  });

  test.each([
    ['', 'There are no orders in the file.'],
    ['orderId\n', 'There are no orders in the file.'],
    ['1\na b\n', 'line 2: orderId: Must be 1 to 64 letters'],
    ['orderId,reason\n1,fruad\n', 'line 2: reason: '],
    ['orderId,reasn\n1,fraud\n', 'There is no column "reasn"'],
    ['orderId,orderId\n1,2\n', 'Two columns have the name orderId.'],
    ['orderId\n1,2\n', 'Line 2 has 2 columns, and line 1 names 1.'],
    ['1,fraud\n', 'Line 1 has 2 columns, and line 1 does not name them'],
    ['orderId,note\n1,"open\n', 'The file is no CSV: '],
    [`orderId,note\n1,${'x'.repeat(1_001)}\n`, 'line 2: note: '],
  ])('is refused as a whole: %j', (text, complaint) => {
    expect(complaintAbout(text)).toContain(complaint);
  });

  test('with many wrong lines is told by the first five', () => {
    const complaint = complaintAbout(Array.from({ length: 20 }, () => '?').join('\n'));

    expect(complaint).toMatch(/^Nothing was sent, because 20 lines cannot be read: line 1: /);
    expect(complaint).toContain('line 5: ');
    expect(complaint).not.toContain('line 6: ');
  });
});
