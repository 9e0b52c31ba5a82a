import type { Colours } from '@/api/identity'

/** One picture of the camera, and when it was taken: ms since the first colour was shown. */
export interface Frame {
  at: number
  jpeg: Blob
}

/** Frames are upright, and so small: the court looks at colours, and at a face to be compared. */
export const FRAME_WIDTH = 240
export const FRAME_HEIGHT = 320

/** The radius of the circle that the face has to be in, as a part of a frame's width; its centre is the frame's. */
export const CIRCLE = 0.42

/** Fewer than this are no answer. */
export const LEAST_FRAMES = 60
const MOST_FRAMES = 240

const MAGIC = 'MCFRAME1'

/** Puts frames into the one file that the court reads (hub/liveness/capture.go): magic, the challenge's mark, and each frame's time, length and bytes. */
export function pack(nonce: string, frames: readonly Frame[]): Blob {
  const mark = Uint8Array.from({ length: 16 }, (_, i) => parseInt(nonce.slice(2 * i, 2 * i + 2), 16))
  const parts: BlobPart[] = [MAGIC, mark]
  for (const f of frames.slice(0, MOST_FRAMES)) {
    const head = new DataView(new ArrayBuffer(8))
    head.setUint32(0, f.at)
    head.setUint32(4, f.jpeg.size)
    parts.push(head.buffer, f.jpeg)
  }
  return new Blob(parts, { type: 'application/octet-stream' })
}

/** What the screen shows so long after the start, and how much of the whole is over (0 to 1). */
export function shownAt(c: Colours, ms: number): { colour: string; part: number; over: boolean } {
  const whole = c.steps.reduce((n, s) => n + s.ms, 0)
  let until = 0
  for (const s of c.steps) {
    until += s.ms
    if (ms < until) return { colour: CSS[s.colour] ?? '#000', part: Math.max(ms, 0) / whole, over: false }
  }
  return { colour: CSS[c.steps[c.steps.length - 1]?.colour ?? ''] ?? '#000', part: 1, over: true }
}

// The screen's own lights, as bright as they get.
const CSS: Record<string, string> = { white: '#fff', black: '#000', red: '#f00', green: '#0f0', blue: '#00f', yellow: '#ff0', cyan: '#0ff', magenta: '#f0f' }
