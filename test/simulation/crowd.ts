/** A crowd of orders that stand in the shop and are cancelled many at a time. */
import type { Chance } from './choices.ts';
import type { Units } from './deeds/deed.ts';
import type { Deed } from './deeds/index.ts';
import type { Shopper } from './plan.ts';
import type { Crowd, Swarm } from './swarm.ts';

const MOST_LINES = 3;
const MOST_UNITS = 5;
/** Parts that are sent again, by the other door. */
const SHARE_SENT_AGAIN = 0.15;

export const crowdIds = ({ crowd }: Swarm): string[] =>
  Array.from({ length: crowd?.orders ?? 0 }, (_, at) => `r${at + 1}`);

/** What an order of the crowd has: up to three products. */
export const crowdItems = (
  { between, happens, choose }: Chance,
  { spread }: Crowd,
  productIds: readonly string[],
  label: string,
): Units[] => {
  const fine = 2 ** 20;
  const rank = (name: string): number => {
    const luck = choose(fine, name);
    switch (spread) {
      case 'uniform':
        return luck % productIds.length;
      case 'hot':
        return luck % 2 === 0 ? 0 : luck % productIds.length;
      case 'zipf':
        // The product at rank r is about 1 / r as likely as the first.
        return Math.floor((productIds.length + 1) ** (luck / fine)) - 1;
    }
  };
  const lines = between(1, MOST_LINES, `${label}/lines`);
  const items = new Map<string, number>();
  for (let at = 0; at < lines; at += 1) {
    const productId = productIds[rank(`${label}/rank${at}`)] ?? '';
    items.set(productId, between(1, MOST_UNITS, `${label}/units${at}`));
  }
  // Some orders are the same to the letter.
  if (happens(0.1, `${label}/one unit`)) return [{ productId: productIds[0] ?? '', quantity: 1 }];
  return [...items].map(([productId, quantity]) => ({ productId, quantity }));
};

/** Those who cancel the crowd, each a part of it, and some parts twice. */
export const drawCancellers = (
  { between, happens }: Chance,
  swarm: Swarm,
  { atOnce }: Crowd,
): Shopper[] => {
  const ids = crowdIds(swarm);
  const parts: Shopper[] = [];
  for (let at = 0; at < ids.length; ) {
    const id = `rush${parts.length + 1}`;
    const orderIds = ids.slice(at, at + between(1, atOnce, `${id}/orders`));
    at += orderIds.length;
    const deeds: Deed[] = [
      { type: 'message', orderIds },
      { type: 'cancel many', orderIds },
    ];
    if (happens(0.5, `${id}/over HTTP`)) deeds.reverse();
    const times = happens(SHARE_SENT_AGAIN, `${id}/again`) ? 2 : 1;
    parts.push({
      beginsAt: between(0, swarm.spanMs, `${id}/begins`),
      deeds: deeds.slice(0, times).map((deed, index) => ({
        id: `${id}.${index + 1}`,
        deed,
        pauseMs: index === 0 ? 0 : between(0, swarm.pauseMs, `${id}/pause`),
      })),
    });
  }
  return parts;
};
