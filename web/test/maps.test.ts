import { describe, expect, it } from 'vitest'
import { mapURL, onMainland, toGCJ02 } from '@/room/maps'

const tiananmen = { latitude: 39.907333, longitude: 116.391083, name: '天安门', address: '北京市东城区' }
const hongKong = { latitude: 22.2819, longitude: 114.1589 }

describe('maps', () => {
  it('knows the mainland from elsewhere', () => {
    for (const [latitude, longitude] of [[39.9, 116.4], [31.23, 121.47], [22.55, 114.06], [43.8, 87.6], [29.65, 91.1], [45.75, 126.65], [20.02, 110.35], [24.48, 118.09], [38.91, 121.6]] as const)
      expect([latitude, onMainland({ latitude, longitude })]).toEqual([latitude, true])
    for (const [latitude, longitude] of [[22.28, 114.16], [22.19, 113.54], [25.03, 121.56], [47.9, 106.9], [37.57, 126.98], [35.68, 139.69], [21.03, 105.85], [48.85, 2.35], [-33.87, 151.2], [0, 0]] as const)
      expect([latitude, onMainland({ latitude, longitude })]).toEqual([latitude, false])
  })

  it('shifts places on the mainland to GCJ-02 and no others', () => {
    const g = toGCJ02(tiananmen)
    expect(g.latitude).toBeCloseTo(39.908737, 4)
    expect(g.longitude).toBeCloseTo(116.397327, 4)
    expect(toGCJ02(hongKong)).toEqual(hongKong)
  })

  it('gives each map the system that it shows', () => {
    const shifted = /39\.9087\d*/
    expect(mapURL('tencent', tiananmen, '')).toMatch(/^https:\/\/apis\.map\.qq\.com\/uri\/v1\/marker\?marker=coord:39\.9087\d*,116\.397\d*;title:%E5%A4%A9/)
    expect(mapURL('amap', tiananmen, '')).toMatch(/position=116\.397\d*,39\.9087\d*&name=.*coordinate=gaode/)
    expect(mapURL('apple', tiananmen, '')).toMatch(shifted)
    expect(mapURL('google', tiananmen, '')).toMatch(shifted)
    expect(mapURL('geo', tiananmen, '')).toBe(`geo:39.907333,116.391083?q=39.907333,116.391083(${encodeURIComponent('天安门')})`)
    expect(mapURL('google', hongKong, '位置')).toContain('query=22.2819,114.1589')
  })

  it('never writes degrees in exponent form, nor lets a name add parameters', () => {
    expect(mapURL('geo', { latitude: 0.0000001, longitude: -0.00001 }, 'x')).toMatch(/^geo:0,-0\.00001\?/)
    expect(mapURL('tencent', { ...tiananmen, name: 'a;coord:1,1&referer=x' }, '')).not.toMatch(/;coord:1|&referer=x/)
  })
})
