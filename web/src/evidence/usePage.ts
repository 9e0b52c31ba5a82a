import { computed, onScopeDispose, watch, type Ref } from 'vue'
import { files } from '@/api/calls'
import { t } from '@/i18n'
import { useLive } from '@/record/live'
import { shallowRef } from 'vue'

/** What is shown of a page that is on its way: a small picture, and in words how far it has come. */
export function usePage(id: Ref<string>) {
  const live = useLive()
  const page = computed(() => live.keeper?.pages.get(id.value))
  const local = shallowRef('')
  watch(
    () => page.value?.thumb,
    (thumb) => {
      if (local.value) URL.revokeObjectURL(local.value)
      local.value = thumb ? URL.createObjectURL(thumb) : ''
    },
    { immediate: true },
  )
  onScopeDispose(() => local.value && URL.revokeObjectURL(local.value))

  const picture = computed(() => {
    const p = page.value
    if (!p) return ''
    return local.value || (p.media === 'image' && p.attachment ? (p.file?.thumbnail ? files.thumbnail(p.attachment) : files.url(p.attachment)) : '')
  })
  const at = computed(() => live.keeper?.progress.get(id.value))
  const part = computed(() => (typeof at.value === 'number' ? at.value : page.value?.attachment ? 1 : 0))
  const state = computed(() => {
    if (page.value?.failed) return t('submit.state_failed')
    if (page.value?.attachment) return t('submit.state_done')
    if (at.value === 'hashing') return t('submit.state_hashing')
    if (typeof at.value === 'number') return t('submit.state_uploading', { n: Math.floor(at.value * 100) })
    return t('submit.state_waiting')
  })
  return { page, picture, part, state }
}
