import { computed, onMounted, onScopeDispose, shallowRef } from 'vue'
import { sittings, type HearingFrame, type HearingView, type Phase, type Presence, type Seat, type Sitting } from '@/api/hearings'
import { codeOf, OFFLINE } from '@/api/errors'
import type { Notice } from '@/api/types'
import { useSession } from '@/account/session'
import { newId } from '@/outbox/item'
import { useLive } from '@/record/live'
import type { Attended } from './useHearing'

/** How often it is asked whether the door has opened, while no connection tells so. */
const KNOCK_MS = 8_000

const seatOf = (s: Pick<Seat, 'id' | 'name' | 'standing' | 'role'> & Partial<Seat>, presence: Presence): Seat => ({ ...s, presence })

/** What a guest is told of a hearing, in the form in which participants are: the rest is not for guests, and so not there. */
function asView(s: Sitting, name: string): HearingView {
  const seats = s.seats.filter((x) => x.id !== s.me).map((x) => seatOf(x, 'admitted'))
  if (s.role !== 'observer') seats.push(seatOf({ id: s.me, role: 'witness', name, standing: '证人', ...(s.muted ? { muted: true } : {}), ...(s.mute_locked ? { mute_locked: true } : {}), ...(s.hand ? { hand: true } : {}) }, s.presence))
  return {
    id: s.id, title: s.title, type: s.type, mode: s.mode, status: s.status, at: s.at, minutes: s.minutes, public: s.public, me: s.me, rights: s.rights, lacks: s.lacks, now: s.now, seats,
    presiding: '', phases: [], unwaived: [], asked: { waiting: [], answer: [] }, waived: [], notified: 0, ...(s.code_at ? { code_at: s.code_at } : {}), ...(s.phase ? { phase: s.phase as Phase } : {}),
  }
}

/** A hearing for who was summoned to it or let in, and has no place in its case. */
export function useSitting(id: string): Attended {
  const live = useLive()
  const session = useSession()
  const view = shallowRef<HearingView>()
  const sitting = shallowRef<Sitting>()
  const failed = shallowRef<unknown>(null)
  const undertaking = shallowRef<Notice>()
  let asked = 0

  async function load() {
    const n = ++asked
    try {
      const s = await sittings.read(id)
      if (n !== asked) return
      sitting.value = s
      view.value = asView(s, session.me?.name ?? '')
      failed.value = null
      if (s.role === 'witness' && !undertaking.value) undertaking.value = await sittings.undertaking(id)
    } catch (err) {
      if (!view.value || codeOf(err) !== OFFLINE) failed.value = err
    }
  }

  const stop = live.listen((frame) => {
    const f = frame as typeof frame | HearingFrame
    if (f.t === 'hearing' && f.hearing === id) void load()
  })
  const stopOpen = live.whenOpen(() => void load())
  const timer = setInterval(() => document.visibilityState === 'visible' && void load(), KNOCK_MS)
  onMounted(load)
  onScopeDispose(() => {
    stop()
    stopOpen()
    clearInterval(timer)
  })

  const no = computed(() => false)
  return {
    view,
    failed,
    load,
    me: computed(() => view.value?.seats.find((s) => s.id === view.value?.me)),
    presence: computed(() => sitting.value?.presence ?? 'absent'),
    court: no,
    judge: no,
    presiding: computed(() => sitting.value?.presiding ?? ''),
    guest: computed(() => (sitting.value?.role === 'witness' || sitting.value?.role === 'observer' ? sitting.value.role : '')),
    undertaking,
    shown: computed(() => sitting.value?.shown),
    enter: () => sittings.enter(id, newId()),
    leave: () => sittings.leave(id, newId()),
    setOwn: (set) => sittings.setOwn(id, newId(), set),
    rules: () => sittings.rules(id),
    accept: (n) => sittings.accept(id, n),
    undertake: async (n) => {
      await sittings.undertake(id, newId(), n)
      undertaking.value = await sittings.undertaking(id)
    },
  }
}
