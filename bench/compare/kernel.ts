/** What is measured: a temporary of n elements, written and summed. Compiled by ts-autofree before the measurement. */
export function work(a: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) a[i] = i;
  for (let i = 0; i < a.length; i++) sum += a[i] as number;
  return sum;
}

/** The plain code: `times` temporaries, one after the other. */
export function temporaries(n: number, times: number): number {
  let total = 0;
  for (let i = 0; i < times; i++) {
    const a = new Float64Array(n);
    total += work(a);
  }
  return total;
}

/** The same with each temporary in a call of its own. */
export function calls(n: number, times: number): number {
  let total = 0;
  for (let i = 0; i < times; i++) total += once(n);
  return total;
}

function once(n: number): number {
  const a = new Float64Array(n);
  return work(a);
}
