import TinyQueue from 'tinyqueue';
import { Claims } from './claims.ts';
import { Demand } from './demand.ts';
import { numberProducts } from './product-numbers.ts';

/** How many groups may overtake the group that has waited longest. */
const MOST_TO_OVERTAKE = 8;

/**
 * How many checks each product of a finished group adds to the budget. A check asks whether a
 * product of a waiting group is taken; it is wasted if that group cannot start.
 */
const CHECKS_PER_PRODUCT = 64;

/** Where a group is that was never parked: at a product that does not exist, so it is free. */
const NOWHERE = -1;

/**
 * Decides which groups are in flight together. Two groups that move the same product never are, so
 * the groups of one run cannot conflict with each other.
 *
 * Groups that share a hot product have to go one after the other, and this chain decides how long
 * the run takes. So of the groups that may start, the one starts that the most other groups wait
 * for. The group that has waited longest can be overtaken a few times only (no starvation). After
 * that, the products that it needs are kept free for it.
 *
 * Scheduling is near-linear in the products of all groups. A group that lacks a product is parked
 * at that product. When the product is free, only the heaviest group that is parked there tries to
 * start, and the next one only if the first lacks another product. The weight of a group never
 * rises, so its place in a queue is right or too far forward. It is weighed again when its turn
 * comes.
 */
export class Schedule {
  /** By group, the products that it shares, those with the most demand first: most likely taken. */
  readonly #products: readonly (readonly number[])[];
  readonly #demand: Demand;
  readonly #claims: Claims;
  readonly #started = new Set<number>();
  /** Groups that lack no product, as far as is known. */
  readonly #ready: TinyQueue<Candidate>;
  /** Groups that cannot start before this product is free. */
  readonly #parked = new Map<number, TinyQueue<Candidate>>();
  /**
   * By group, where it was parked last. When it is ready, the others that are parked there wait.
   */
  readonly #places = new Map<number, number>();
  /** The budget of checks; negative when the last check exceeded it. */
  #checksLeft = 0;
  #inFlight = 0;
  #first = 0;
  #overtaken = 0;
  #isReserved = false;

  /** @param products the products that each group moves, each once, by the group's index */
  constructor(products: readonly (readonly string[])[]) {
    const numbers = numberProducts(products);
    const demand = new Demand(numbers);
    this.#products = numbers.map((all) =>
      all.filter((one) => demand.of(one) > 1).sort((a, b) => demand.of(b) - demand.of(a)),
    );
    this.#demand = demand;
    this.#claims = new Claims(demand.products);
    const groups = Array.from(products.keys(), (group) => this.#candidate(group));
    this.#ready = new TinyQueue(groups, heaviestFirst);
    // Enough to check each group once.
    for (const { length } of this.#products) this.#checksLeft += length;
  }

  /**
   * Starts a group and returns it; undefined when no group can start before another has finished.
   */
  start(): number | undefined {
    while (this.#started.has(this.#first)) this.#first += 1;
    const group = this.#next();
    if (group === undefined) return undefined;
    this.#started.add(group);
    this.#inFlight += 1;
    this.#demand.start(group);
    this.#claims.take(this.#productsOf(group));
    if (group === this.#first) this.#isReserved = false;
    this.#overtaken = group === this.#first ? 0 : this.#overtaken + 1;
    return group;
  }

  finish(group: number): void {
    const products = this.#productsOf(group);
    this.#inFlight -= 1;
    this.#checksLeft += CHECKS_PER_PRODUCT * products.length;
    for (const product of this.#claims.giveBack(products)) this.#wake(product);
  }

  /** The group that has waited longest, once all its reserved products are back; else the best. */
  #next(): number | undefined {
    if (this.#overtaken >= MOST_TO_OVERTAKE && !this.#isReserved) {
      this.#claims.reserve(this.#productsOf(this.#first));
      this.#isReserved = true;
    }
    return this.#isReserved && this.#claims.isAllBack() ? this.#first : this.#best();
  }

  /** Of the groups that may start, the one that the most others wait for; if equal, the oldest. */
  #best(): number | undefined {
    // When no group is in flight, no product is taken, so no check is wasted.
    while (this.#checksLeft >= 0 || this.#inFlight === 0) {
      const candidate = this.#ready.pop();
      if (!candidate) return undefined;
      const { group, weight } = candidate;
      const place = this.#places.get(group) ?? NOWHERE;
      if (this.#started.has(group)) {
        this.#wakeIfFree(place);
      } else if (weight > this.#demand.weightOf(group)) {
        // It goes behind heavier groups.
        this.#park(group, place);
        this.#wakeIfFree(place);
      } else {
        const missing = this.#missing(group);
        if (missing === undefined) return group;
        this.#park(group, missing);
        this.#wakeIfFree(place);
      }
    }
    return undefined;
  }

  /** A product that is taken and that the group needs; undefined when there is none. */
  #missing(group: number): number | undefined {
    const products = this.#productsOf(group);
    // If none is taken, the position is -1: no check was wasted, and no product is there.
    const position = products.findIndex((product) => this.#claims.isTaken(product));
    this.#checksLeft -= position + 1;
    return products[position];
  }

  #park(group: number, product: number): void {
    this.#places.set(group, product);
    const parked = this.#parked.get(product);
    if (parked) parked.push(this.#candidate(group));
    else this.#parked.set(product, new TinyQueue([this.#candidate(group)], heaviestFirst));
  }

  #wakeIfFree(product: number): void {
    if (!this.#claims.isTaken(product)) this.#wake(product);
  }

  /** Lets the heaviest group that is parked at a product try to start. */
  #wake(product: number): void {
    const candidate = this.#parked.get(product)?.pop();
    if (candidate) this.#ready.push(candidate);
  }

  #candidate(group: number): Candidate {
    return { group, weight: this.#demand.weightOf(group) };
  }

  #productsOf(group: number): readonly number[] {
    return this.#products[group] as readonly number[];
  }
}

/** A group, and its weight when it was put into a queue. */
type Candidate = { readonly group: number; readonly weight: number };

const heaviestFirst = (a: Candidate, b: Candidate): number =>
  b.weight - a.weight || a.group - b.group;
