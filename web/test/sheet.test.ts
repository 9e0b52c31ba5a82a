import { describe, expect, it } from 'vitest'
import { corner, fit, placeAt, viewAt } from '@/hearing/sheet'

const phone = { width: 390, height: 500 }
const desk = { width: 900, height: 600 }
const sheet = (box: { width: number; height: number }, zoom: number) => {
  const f = fit(box, 0.707)
  return { width: (f.width * zoom) / 100, height: (f.height * zoom) / 100 }
}

describe('looking at a page as somebody else does', () => {
  it('shows the same place in the middle of a screen of another shape', () => {
    const view = { zoom: 400, x: 4200, y: 6100 }
    for (const box of [phone, desk]) expect(viewAt(box, sheet(box, 400), corner(box, sheet(box, 400), view), 400)).toEqual(view)
  })

  it('lets no edge of the page into the middle of the screen', () => {
    const s = sheet(phone, 300)
    expect(corner(phone, s, { zoom: 300, x: 0, y: 0 })).toEqual({ left: 0, top: 0 })
    const end = corner(phone, s, { zoom: 300, x: 10_000, y: 10_000 })
    expect(end.left).toBeCloseTo(phone.width - s.width)
    expect(end.top).toBeCloseTo(phone.height - s.height)
  })

  it('keeps a page that is smaller than the screen in its middle', () => {
    const s = sheet(desk, 100)
    expect(corner(desk, s, { zoom: 100, x: 0, y: 5000 }).left).toBeCloseTo((desk.width - s.width) / 2)
  })

  it('says nothing that the court refuses', () => {
    expect(viewAt(phone, sheet(phone, 800), { left: 9e6, top: -9e6 }, 1e9)).toEqual({ zoom: 800, x: 0, y: 10_000 })
    expect(viewAt(phone, { width: 0, height: 0 }, { left: 0, top: 0 }, 0)).toEqual({ zoom: 100, x: 5000, y: 5000 })
  })

  it('points at a place of the page, and at none beside it', () => {
    const s = sheet(phone, 100)
    const at = corner(phone, s, { zoom: 100, x: 5000, y: 5000 })
    expect(placeAt(s, at, phone.width / 2, phone.height / 2)).toEqual({ x: 5000, y: 5000 })
    expect(placeAt(s, at, at.left - 1, phone.height / 2)).toBeUndefined()
    expect(placeAt(s, at, phone.width / 2, at.top + s.height + 1)).toBeUndefined()
  })
})
