import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asActor, asBegunBy, isActor } from '../../../lib/domain/actor.ts';

const anna = { actor: 'jwt:anna', actorStated: 'bob', correlationId: 'call-1' };

describe('What a change tells of who asked for it', () => {
  test('is the actor, and whom the caller says that it acts for', () => {
    expect(asActor(anna)).toStrictEqual({ actor: 'jwt:anna', actorStated: 'bob' });
  });

  test('is the actor alone if the caller acts for itself', () => {
    expect(asActor({ actor: 'queue' })).toStrictEqual({ actor: 'queue' });
  });

  test('is nothing if nobody told', () => {
    expect(asActor(undefined)).toStrictEqual({});
  });
});

describe('What an order keeps of the call that last decided about it', () => {
  test('is the correlation id of the call', () => {
    expect(asBegunBy(anna)).toStrictEqual({ correlationId: 'call-1' });
  });

  test.each([[{ actor: 'sweep' }], [undefined]])(
    'is nothing new if the call has none, so that the one before stays: %j',
    (by) => {
      expect(asBegunBy(by)).toStrictEqual({});
    },
  );
});

describe('The name of an actor', () => {
  test.each([
    ['one character', 'a'],
    ['blanks inside', 'Anna of the night shift'],
    ['the first and the last printable character of ASCII, but the blank', '!~'],
    ['255 characters', 'x'.repeat(255)],
  ])('may be a text with %s', (_, text) => {
    expect(isActor(text)).toBe(true);
  });

  test.each([
    ['empty', ''],
    ['a blank alone', ' '],
    ['a text with a blank in front', ' anna'],
    ['a text with a blank behind', 'anna '],
    ['a text with a line break behind', 'anna\n'],
    ['a text with a letter in front that is not ASCII', 'éanna'],
    ['a text with a letter behind that is not ASCII', 'annaé'],
    ['a text with a control character', 'an\x1fna'],
    ['a text with the control character behind the printable ones', 'an\x7fna'],
    ['256 characters long', 'x'.repeat(256)],
    ['a number', 42],
    ['missing', undefined],
  ])('may not be %s', (_, text) => {
    expect(isActor(text)).toBe(false);
  });

  test('may be any text of printable ASCII that has no blanks around', () => {
    const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.array(character, { minLength: 1, maxLength: 255 }), (characters) => {
        const text = characters.join('');
        expect(isActor(text)).toBe(text === text.trim());
      }),
    );
  });
});
