import { computed, shallowReactive, shallowRef } from 'vue'
import { cases } from '@/api/calls'
import type { CourtEvent } from '@/api/types'
import type { Room } from '@/record/room'
import { horizon, limiting, merge, type Strand } from '@/record/timeline'

const NEAR = 300
const PAGE = 50

interface Passage {
  thread: string
  events: CourtEvent[]
  older: boolean
  newer: boolean
}

/** What a conversation shows: the newest part of its threads merged by time, or a passage further back. */
export function useHistory(room: Room, threads: () => string[]) {
  const passage = shallowRef<Passage | null>(null)
  const paging = shallowReactive({ older: false, newer: false, failed: false })

  const strands = computed<Strand[]>(() =>
    threads().map((name) => {
      const t = room.thread(name)
      return { thread: name, events: [...t.events], hasOlder: t.hasOlder }
    }),
  )
  const events = computed(() => passage.value?.events ?? merge(strands.value))
  const hasOlder = computed(() => (passage.value ? passage.value.older : horizon(strands.value) > 0))

  async function older() {
    if (paging.older || !hasOlder.value) return
    paging.older = true
    paging.failed = false
    try {
      const p = passage.value
      if (!p) await room.older(limiting(strands.value), PAGE)
      else {
        const page = await cases.before(room.id, p.thread, p.events[0]?.seq ?? 1, PAGE)
        if (passage.value === p) passage.value = { ...p, events: [...(page.events ?? []), ...p.events], older: page.more }
      }
    } catch {
      paging.failed = true
    } finally {
      paging.older = false
    }
  }

  async function newer() {
    const p = passage.value
    if (!p || paging.newer || !p.newer) return
    paging.newer = true
    try {
      const page = await cases.after(room.id, p.thread, p.events[p.events.length - 1]?.seq ?? 0, PAGE)
      if (passage.value === p) passage.value = { ...p, events: [...p.events, ...(page.events ?? [])], newer: page.more }
    } catch {
      paging.failed = true
    } finally {
      paging.newer = false
    }
  }

  /** Brings an event into what is shown: by paging back when it is near, else as a passage of its thread. */
  async function reach(thread: string, seq: number): Promise<void> {
    if (passage.value?.thread === thread && passage.value.events.some((e) => e.seq === seq)) return
    const t = room.thread(thread)
    const shown = threads().includes(thread)
    if (shown && t.events.length && seq >= t.from - NEAR) {
      passage.value = null
      while (t.hasOlder && t.from > seq) await room.older([thread], 100)
      for (let n = 0; n < 8 && hasOlder.value && !events.value.some((e) => e.thread === thread && e.seq === seq); n++) {
        await room.older(limiting(strands.value), 100)
      }
      return
    }
    const [before, after] = await Promise.all([
      cases.before(room.id, thread, seq + 1, 25),
      cases.after(room.id, thread, seq, 25),
    ])
    passage.value = {
      thread,
      events: [...(before.events ?? []), ...(after.events ?? [])],
      older: before.more,
      newer: after.more,
    }
  }

  function latest() {
    passage.value = null
  }

  return { passage, paging, strands, events, hasOlder, older, newer, reach, latest }
}
