/** A line drawn without lifting the finger, in CSS pixels of the pad. */
export interface Stroke {
  pointer: number
  points: { x: number; y: number }[]
}

/** The colour in which a signature stands on paper. */
const INK = '#141e3c'
const WIDTH = 4.5
const MARGIN = 12
/** The longest side of the picture, in pixels: enough for print, little to send. */
const LONGEST = 1200

/** The smallest box around all strokes. */
export function box(strokes: readonly Stroke[]) {
  const all = strokes.flatMap((s) => s.points)
  if (!all.length) return undefined
  const [xs, ys] = [all.map((p) => p.x), all.map((p) => p.y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Draws the strokes smoothly: through the middles between points, with the points as what they bend to. */
export function draw(ctx: CanvasRenderingContext2D, strokes: readonly Stroke[], colour: string) {
  ctx.strokeStyle = ctx.fillStyle = colour
  ctx.lineWidth = WIDTH
  ctx.lineCap = ctx.lineJoin = 'round'
  for (const { points } of strokes) {
    const first = points[0]!
    ctx.beginPath()
    if (points.length < 3) {
      ctx.arc(first.x, first.y, WIDTH / 2, 0, 2 * Math.PI)
      ctx.fill()
      continue
    }
    ctx.moveTo(first.x, first.y)
    for (let i = 1; i < points.length - 1; i++) {
      const [p, q] = [points[i]!, points[i + 1]!]
      ctx.quadraticCurveTo(p.x, p.y, (p.x + q.x) / 2, (p.y + q.y) / 2)
    }
    ctx.stroke()
  }
}

/** The signature as a PNG in base64: dark on transparent, cut to what was drawn. */
export function picture(strokes: readonly Stroke[]): string {
  const b = box(strokes)
  if (!b) return ''
  const [w, h] = [b.width + 2 * MARGIN, b.height + 2 * MARGIN]
  const scale = Math.min(3, LONGEST / Math.max(w, h))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(40, Math.round(w * scale))
  canvas.height = Math.max(40, Math.round(h * scale))
  const ctx = canvas.getContext('2d')!
  ctx.scale(scale, scale)
  ctx.translate(MARGIN - b.x, MARGIN - b.y)
  draw(ctx, strokes, INK)
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '')
}
