import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { Alarm, HearingFrame, Quality } from '@/api/hearings'
import { useLive } from '@/record/live'
import { Call, type Flow, type Shown } from './call'
import type { Devices } from './devices'

/** The media of a hearing while its page is open: joined as soon as the person is in, and again after every interruption. */
export function useCall(caseId: string | undefined, id: string, devices: Devices, wanted: Ref<boolean>) {
  const live = useLive()
  const seats = shallowRef(new Map<string, Shown>())
  const speaking = shallowRef<string[]>([])
  const quality = shallowRef<Quality[]>([])
  const alarms = shallowRef<Alarm[]>([])
  const flow = ref<Flow>('connecting')
  const taken = ref(false)
  const tell = (t: string, more: object = {}) => live.request({ t, hearing: id, ...more })
  const call = new Call(
    {
      join: (again) => live.request({ t: 'hearing_join', ...(caseId ? { case: caseId } : {}), hearing: id, on: again }),
      answer: (number, sdp) => tell('hearing_answer', { number, sdp }),
      restart: () => tell('hearing_restart'),
      wish: (layers) => tell('hearing_wish', { layers }),
    },
    { shown: (s) => (seats.value = s), flow: (f) => (flow.value = f) },
  )

  let retry: ReturnType<typeof setTimeout> | undefined
  function join() {
    clearTimeout(retry)
    if (!wanted.value || taken.value) return
    call.join().catch(() => (retry = setTimeout(join, 2_000)))
  }
  const stop = live.listen((frame) => {
    const f = frame as typeof frame | HearingFrame
    if (!('hearing' in f) || f.hearing !== id) return
    switch (f.t) {
      case 'hearing_offer':
        return call.offered(f)
      case 'hearing_slots':
        return call.told(f.slots)
      case 'hearing_speaking':
        return void (speaking.value = f.seats)
      case 'hearing_quality':
        return void (quality.value = f.quality)
      case 'hearing_alarms':
        return void (alarms.value = f.alarms)
      case 'hearing':
        if (f.taken) {
          taken.value = true
          call.end()
        }
    }
  })
  // The socket comes back by itself; the seat is taken again with it.
  const stopOpen = live.whenOpen(join)
  watch(wanted, (w) => w && join())
  watch(() => devices.mic, (track) => void call.send('audio', track), { immediate: true })
  watch(() => devices.camera, (track) => void call.send('camera', track), { immediate: true })
  const moved = () => call.moved()
  addEventListener('online', moved)
  const connection = (navigator as { connection?: EventTarget }).connection
  connection?.addEventListener('change', moved)
  onScopeDispose(() => {
    stop()
    stopOpen()
    clearTimeout(retry)
    removeEventListener('online', moved)
    connection?.removeEventListener('change', moved)
    call.end()
  })
  return { call, seats, speaking, quality, alarms, flow, taken, join }
}
