/** A time as `<input type="datetime-local">` holds it, in the phone's own zone. */
export function toField(at: number): string {
  const d = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`
}

/** The time in ms, or 0 where nothing that is a time stands in the field. */
export function fromField(text: string): number {
  const at = new Date(text).getTime()
  return Number.isFinite(at) ? at : 0
}
