/** Six decimals are about ten centimetres; never in exponent form. */
export function degrees(n: number): string {
  return String(Number(n.toFixed(6)))
}
