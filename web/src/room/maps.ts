import gcoord from 'gcoord'
import { degrees } from './degrees'

/** A place in WGS-84 degrees, as phones measure it and the record keeps it. */
export interface Place {
  latitude: number
  longitude: number
  name?: string
  address?: string
}

// A coarse outline of the Chinese mainland, [longitude, latitude]. Maps made there show GCJ-02; elsewhere, in Hong Kong,
// Macao and Taiwan too, they show WGS-84. Near the border the outline may be wrong by some tens of kilometres.
const MAINLAND: [number, number][] = [
  [73.5, 39.4], [74.9, 40.5], [80.2, 42.1], [80.3, 45.1], [82.5, 45.3], [83, 47.2], [85.7, 48.4], [87.4, 49.2], [91, 47.2],
  [91, 45.2], [95.4, 44.2], [96.4, 42.7], [101, 42.6], [105, 41.6], [110, 42.7], [112, 43.8], [112, 45], [116, 46.4],
  [119.9, 46.7], [115.6, 47.9], [116.7, 49.8], [119.3, 50.2], [121.4, 53.4], [125.6, 53.1], [127.6, 49.8], [130.9, 48.9],
  [131, 47.7], [135.1, 48.4], [133.1, 45.1], [131, 44.9], [131.3, 43.4], [130.6, 42.4], [128, 42], [126.9, 41.8], [124.3, 39.9],
  [121.6, 38.7], [123, 37], [121, 35], [122.3, 32], [123, 30], [121.5, 27.5], [119.9, 25.2], [118.6, 24.4], [117, 23.2], [114.6, 22.6],
  [113.9, 22.5], [113.55, 22.22], [113, 21.5], [111, 21], [111.2, 19.5], [110, 18], [108.5, 18.4], [108.4, 21.4], [106.6, 22],
  [105.3, 23.3], [102.2, 22.4], [101, 21.2], [99.9, 22], [98.8, 24], [97.5, 24], [98.7, 27.5], [97, 28.3], [92, 27.8], [88.9, 27.3],
  [86, 27.9], [81, 30.2], [78.8, 31.3], [78.5, 34], [76, 36], [74.6, 38.4],
]

export function onMainland(p: Place): boolean {
  let inside = false
  for (let i = 0, j = MAINLAND.length - 1; i < MAINLAND.length; j = i++) {
    const [x1, y1] = MAINLAND[i]!
    const [x2, y2] = MAINLAND[j]!
    if (y1 > p.latitude !== y2 > p.latitude && p.longitude < ((x2 - x1) * (p.latitude - y1)) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}

/** The same place in the system that Chinese maps show. */
export function toGCJ02(p: Place): Place {
  if (!onMainland(p)) return p
  const [longitude, latitude] = gcoord.transform([p.longitude, p.latitude], gcoord.WGS84, gcoord.GCJ02)
  return { ...p, latitude, longitude }
}

/** A place of a Chinese map as phones measure it. Elsewhere those maps show WGS-84. */
export function fromGCJ02(p: Place): Place {
  if (!onMainland(p)) return p
  const [longitude, latitude] = gcoord.transform([p.longitude, p.latitude], gcoord.GCJ02, gcoord.WGS84)
  return { ...p, latitude, longitude }
}

export type MapApp = 'tencent' | 'amap' | 'apple' | 'google' | 'geo'
export const mapApps: MapApp[] = ['tencent', 'amap', 'apple', 'google', 'geo']

/**
 * The address that opens the place in a map. Tencent and Amap take GCJ-02; so do Apple and Google for places on the
 * mainland, whose maps there are made on it. `geo:` is WGS-84 everywhere (RFC 5870).
 */
export function mapURL(app: MapApp, p: Place, fallback: string): string {
  const label = p.name || p.address || fallback
  const c = app === 'geo' ? p : toGCJ02(p)
  const lat = degrees(c.latitude)
  const lon = degrees(c.longitude)
  const q = encodeURIComponent
  switch (app) {
    case 'tencent': {
      // Colon and semicolon separate the parts of a marker.
      const part = (s: string) => q(s.replace(/[:;]/g, ' '))
      return `https://apis.map.qq.com/uri/v1/marker?marker=coord:${lat},${lon};title:${part(label)};addr:${part(p.address || label)}&referer=microcourt`
    }
    case 'amap':
      return `https://uri.amap.com/marker?position=${lon},${lat}&name=${q(label)}&coordinate=gaode&src=microcourt&callnative=1`
    case 'apple':
      return `https://maps.apple.com/?ll=${lat},${lon}&q=${q(label)}`
    case 'google':
      return `https://www.google.com/maps/search/?api=1&query=${lat},${lon}`
    case 'geo':
      return `geo:${lat},${lon}?q=${lat},${lon}(${q(label)})`
  }
}
