import type { Point, View } from '@/api/hearings'

export interface Size {
  width: number
  height: number
}

/** Ten-thousandths of a page's width or height. */
const EDGE = 10_000
export const [MIN_ZOOM, MAX_ZOOM] = [100, 800]

const within = (n: number, least: number, most: number) => Math.min(Math.max(n, least), most)

/** How large a page of this ratio is when all of it is to be seen. */
export function fit(box: Size, ratio: number): Size {
  const width = Math.min(box.width, box.height * ratio)
  return { width, height: width / ratio }
}

/** Where the sheet's corner is when a view's point stands in the middle of the box, as far as no edge comes into it. */
export function corner(box: Size, sheet: Size, view: View): { left: number; top: number } {
  const along = (b: number, s: number, at: number) => (s <= b ? (b - s) / 2 : within(b / 2 - (s * at) / EDGE, b - s, 0))
  return { left: along(box.width, sheet.width, view.x), top: along(box.height, sheet.height, view.y) }
}

/** What the view is when the sheet's corner is there. */
export function viewAt(box: Size, sheet: Size, at: { left: number; top: number }, zoom: number): View {
  const along = (b: number, s: number, from: number) => (s > 0 ? Math.round(within(((b / 2 - from) / s) * EDGE, 0, EDGE)) : EDGE / 2)
  return { zoom: Math.round(within(zoom, MIN_ZOOM, MAX_ZOOM)), x: along(box.width, sheet.width, at.left), y: along(box.height, sheet.height, at.top) }
}

/** Which place on the sheet is at a point of the box; undefined beside it. */
export function placeAt(sheet: Size, at: { left: number; top: number }, x: number, y: number): Point | undefined {
  const p = { x: Math.round(((x - at.left) / sheet.width) * EDGE), y: Math.round(((y - at.top) / sheet.height) * EDGE) }
  return p.x >= 0 && p.x <= EDGE && p.y >= 0 && p.y <= EDGE ? p : undefined
}
