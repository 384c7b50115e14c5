export interface Mutant {
  readonly name: string;
  readonly invariant: "S1" | "S2" | "S3" | "S4" | "S5";
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}
export const mutants: readonly Mutant[];
export function mutate(mutant: Mutant, file: string, text: string): string;
