import { describe, expect, it } from 'vitest'
import type { Courthouse } from '@/api/courts'
import { arrange, distance, placeOf } from '@/courts/near'
import { dial } from '@/courts/words'
import { fromGCJ02, mapURL, toGCJ02 } from '@/room/maps'

const court = (name: string, more: Partial<Courthouse> = {}): Courthouse => ({ id: name, name, level: 'basic', address: '地址', seen_at: 1, ...more }) as Courthouse
const at = (latitude: number, longitude: number, datum: 'wgs84' | 'gcj02' = 'wgs84') => ({ position: { latitude, longitude, datum } })

describe('the list of courts', () => {
  it('stands nearest first once the place is known, and those without a position last', () => {
    const all = [court('远', at(31, 121.5)), court('无'), court('近', at(29.88, 121.55)), court('中', at(30, 121.6))]
    const here = { latitude: 29.87, longitude: 121.55 }
    expect(arrange(all, '', here).map((n) => n.court.name)).toEqual(['近', '中', '远', '无'])
    expect(arrange(all, '', undefined).every((n) => n.away === undefined)).toBe(true)
    expect(arrange([court('高院', { level: 'high' }), court('庭', { level: 'tribunal' }), court('区')], '', undefined).map((n) => n.court.name)).toEqual(['区', '庭', '高院'])
  })

  it('is searched by all words in name or address', () => {
    const all = [court('海曲区人民法院', { address: '滨海大道200号' }), court('中级人民法院', { address: '中山东路' })]
    expect(arrange(all, ' 海曲  滨海', undefined).map((n) => n.court.name)).toEqual(['海曲区人民法院'])
    expect(arrange(all, '法院', undefined)).toHaveLength(2)
    expect(arrange(all, '海曲 中山', undefined)).toEqual([])
  })

  it('measures in one system, whichever the list came in', () => {
    const phone = { latitude: 29.872, longitude: 121.546 }
    const onMap = toGCJ02(phone)
    // Taken as it stands the position would be some 500 m away.
    expect(distance(phone, onMap)).toBeGreaterThan(300)
    expect(distance(phone, placeOf(court('甲', at(onMap.latitude, onMap.longitude, 'gcj02')))!)).toBeLessThan(1)
    expect(distance(phone, placeOf(court('乙', at(phone.latitude, phone.longitude)))!)).toBe(0)
    const hongKong = { latitude: 22.2819, longitude: 114.1589 }
    expect(fromGCJ02(hongKong)).toEqual(hongKong)
    // What came from a Chinese map opens in one at the same place.
    const place = placeOf(court('甲', at(29.87452, 121.55038, 'gcj02')))!
    expect(mapURL('amap', place, '')).toContain('position=121.55038,29.87452&')
    expect(mapURL('geo', place, '')).not.toContain('121.55038')
    // Beijing to Shanghai.
    expect(distance({ latitude: 39.9042, longitude: 116.4074 }, { latitude: 31.2304, longitude: 121.4737 }) / 1000).toBeCloseTo(1067, -1)
  })

  it('is dialled without what stands between the digits', () => {
    expect(['0574-1234 5678', '（0574）12345678转12', '+86 574 12345678', '12368'].map(dial)).toEqual(['tel:057412345678', 'tel:057412345678', 'tel:+8657412345678', 'tel:12368'])
  })
})
