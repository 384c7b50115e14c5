export interface Mutant {
  readonly name: string;
  readonly invariant: "S7";
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}
export const mutants: readonly Mutant[];
export function makeMutant(root: string, name: string, target: string): string;
