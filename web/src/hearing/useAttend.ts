import { computed, onScopeDispose, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { t } from '@/i18n'
import { ask, sayError } from '@/ui/ask'
import { useDevices } from './devices'
import { useCall } from './useCall'
import { useLooks } from './useLooks'
import type { Attended } from './useHearing'

/** Going into a hearing by this page and out of it, with camera, microphone and what comes of the others. */
export function useAttend(h: Attended, caseId: string | undefined, id: string, after: string) {
  const router = useRouter()
  const devices = useDevices()
  const entered = ref(false) // by this page
  const joined = computed(() => entered.value && ['lobby', 'admitted', 'dismissed'].includes(h.presence.value))
  const onStage = computed(() => joined.value && h.presence.value === 'admitted')
  /** Somebody can be in it now; nobody sits in one that each attends at a time of their own. */
  const live = computed(() => h.view.value?.mode !== 'asynchronous' && ['open', 'in_session', 'adjourned'].includes(h.view.value?.status ?? ''))
  const media = useCall(caseId, id, devices.d, joined)
  const looks = useLooks(caseId, id)
  onScopeDispose(devices.close)

  async function enter() {
    try {
      await h.enter()
      entered.value = true
    } catch (err) {
      sayError(err)
    }
    await h.load()
  }

  // Whoever was cut off for so long that the record says so comes back by itself.
  watch(h.presence, (p) => p === 'dropped' && entered.value && live.value && void enter())

  async function leave() {
    const inSession = h.view.value?.status === 'in_session' && !h.court.value && !h.guest.value
    const text = inSession ? 'hearing.leave_text_session' : h.guest.value === 'observer' ? 'hearing.leave_text_observer' : 'hearing.leave_text'
    if ((await ask({ title: t('hearing.leave'), text: t(text), confirm: t('hearing.leave'), danger: inSession })) === null) return
    try {
      await h.leave()
      entered.value = false
      media.call.end()
      devices.close()
      await router.replace(after)
    } catch (err) {
      sayError(err)
    }
  }
  return { devices, media, looks, joined, onStage, live, enter, leave }
}
