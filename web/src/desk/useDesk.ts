import { computed, onScopeDispose, reactive, ref, shallowReactive, shallowRef } from 'vue'
import { desk } from '@/api/desk'
import { codeOf, OFFLINE } from '@/api/errors'
import type { DeskRoom } from '@/api/types'
import { useLive } from '@/record/live'
import { counts, filters, sorts, type Filter, type Sort } from './order'

/** All rooms of a judge or clerk, live: who is in, what is unread, what waits for the court. Filtered and sorted here, because everything is here. */
export function useDesk() {
  const live = useLive()
  const rooms = shallowReactive(new Map<string, DeskRoom>())
  const known = ref(false)
  const failed = shallowRef<unknown>(null)
  const query = reactive({ q: '', state: 'open' as 'open' | 'closed', filter: '' as Filter | '', sort: 'urgent' as Sort })

  async function load() {
    try {
      const all = await desk.read()
      rooms.clear()
      for (const r of all.rooms) rooms.set(r.id, r)
      known.value = true
      failed.value = null
    } catch (err) {
      if (!known.value || codeOf(err) !== OFFLINE) failed.value = err
    }
  }

  const stopWatching = live.whenOpen(() => {
    live.request({ t: 'desk', on: true }).then(load, (err) => codeOf(err) !== OFFLINE && (failed.value = err))
  })
  const stopListening = live.listen((f) => {
    if (f.t === 'desk') {
      for (const r of f.rooms ?? []) rooms.set(r.id, r)
      for (const id of f.gone ?? []) rooms.delete(id)
    } else if (f.t === 'presence') {
      const r = rooms.get(f.case)
      if (r) rooms.set(r.id, { ...r, here: f.here ?? [] })
    }
  })
  onScopeDispose(() => {
    stopWatching()
    stopListening()
    live.request({ t: 'desk', on: false }).catch(() => {})
  })

  const found = computed(() => {
    const words = query.q.trim().toLowerCase().split(/\s+/).filter(Boolean)
    return [...rooms.values()].filter((r) => {
      if (r.state !== query.state) return false
      const text = `${r.docket_number}${r.title}${r.cause}${r.parties.map((p) => p.name).join(' ')}`.toLowerCase()
      return words.every((w) => text.includes(w))
    })
  })
  /** How many rooms each filter finds. */
  const sums = computed(() => counts(found.value))
  const list = computed(() => (query.filter ? found.value.filter(filters[query.filter]) : found.value).sort(sorts[query.sort]))

  return { query, list, sums, known, failed, load }
}
