import { shallowRef } from 'vue'
import type { Courthouse, Position } from '@/api/courts'
import { fromGCJ02, type Place } from '@/room/maps'

/** Where this phone is, in WGS-84, once the person has asked; it is kept nowhere and sent to nobody. */
export const here = shallowRef<{ latitude: number; longitude: number }>()

/** Asks the phone where it is. Fails with the words' key that says why it isn't known. */
export function findHere(): Promise<void> {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) return fail('courts.no_place')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here.value = { latitude: coords.latitude, longitude: coords.longitude }
        done()
      },
      (err) => fail(err.code === err.PERMISSION_DENIED ? 'courts.place_refused' : 'courts.no_place'),
      { timeout: 15_000, maximumAge: 300_000 }, // which court is near doesn't need the last metre
    )
  })
}

/** A court's place as phones measure it. */
export function placeOf(c: Pick<Courthouse, 'name' | 'address'> & { position?: Position }): Place | undefined {
  const p = c.position
  if (!p) return undefined
  const place = { latitude: p.latitude, longitude: p.longitude, name: c.name, address: c.address }
  return p.datum === 'gcj02' ? fromGCJ02(place) : place
}

const EARTH_M = 6_371_008.8
const rad = (d: number) => (d * Math.PI) / 180

/** Metres in a straight line over the ground, both places in WGS-84. */
export function distance(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }): number {
  const h = Math.sin(rad(b.latitude - a.latitude) / 2) ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(rad(b.longitude - a.longitude) / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

export interface Near {
  court: Courthouse
  /** Metres; undefined where either place isn't known. */
  away: number | undefined
}

const levels = ['basic', 'tribunal', 'intermediate', 'special', 'high', 'supreme']

/** The courts in whose name or address all words stand: the nearest first where the phone's place is known, else those that people go to most often first. */
export function arrange(all: Courthouse[], query: string, at: typeof here.value): Near[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = all.filter((c) => words.every((w) => c.name.toLowerCase().includes(w) || c.address.toLowerCase().includes(w)))
  const rank = (c: Courthouse) => levels.indexOf(c.level)
  return found
    .map((court) => {
      const place = placeOf(court)
      return { court, away: at && place ? distance(at, place) : undefined }
    })
    .sort((a, b) => (a.away ?? Infinity) - (b.away ?? Infinity) || rank(a.court) - rank(b.court) || a.court.name.localeCompare(b.court.name, 'zh'))
}
