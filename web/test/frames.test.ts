import { describe, expect, it } from 'vitest'
import { pack, shownAt } from '@/identity/frames'

const nonce = '000102030405060708090a0b0c0d0e0f'
const colours = { nonce, steps: [{ colour: 'white', ms: 600 }, { colour: 'red', ms: 640 }, { colour: 'blue', ms: 620 }] }

describe('frames for the court', () => {
  // hub/liveness/capture.go says the same form.
  it('stand in one file: magic, mark, and of each its time, length and bytes', async () => {
    const file = pack(nonce, [{ at: 5, jpeg: new Blob(['abc']) }, { at: 70_000, jpeg: new Blob(['']) }])
    expect(Buffer.from(await file.arrayBuffer()).toString('hex')).toBe(
      [Buffer.from('MCFRAME1').toString('hex'), nonce, '00000005', '00000003', Buffer.from('abc').toString('hex'), '00011170', '00000000'].join(''),
    )
  })

  it('are taken while the colours are shown in their order and for their time', () => {
    expect([0, 599, 600, 1239, 1240, 1859].map((ms) => shownAt(colours, ms).colour)).toEqual(['#fff', '#fff', '#f00', '#f00', '#00f', '#00f'])
    expect(shownAt(colours, 1859).over).toBe(false)
    expect(shownAt(colours, 1860)).toEqual({ colour: '#00f', part: 1, over: true })
  })
})
