/** Names that occur nowhere in a text. */
export class UniqueNames {
  private readonly taken: Set<string>;

  constructor(text: string) {
    this.taken = new Set(text.match(/[\p{ID_Continue}$]+/gu));
  }

  /** `base`, or `base_1` and so on; never the same again. */
  take(base: string): string {
    let name = base;
    for (let i = 1; this.taken.has(name); i++) name = `${base}_${i}`;
    this.taken.add(name);
    return name;
  }
}
