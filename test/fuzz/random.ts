/** A small seeded generator (mulberry32): the same seed gives the same program everywhere. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }

  /** An integer from 0 up to, not including, `below`. */
  int(below: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  }

  chance(percent: number): boolean {
    return this.int(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T;
  }

  /** Picks by weight: `[weight, value]`; weight 0 is never picked. */
  weighted<T>(items: readonly (readonly [number, T])[]): T {
    let at = this.int(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of items) {
      at -= weight;
      if (at < 0) return value;
    }
    return (items[0] as readonly [number, T])[1];
  }
}
