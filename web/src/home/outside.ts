import { computed } from 'vue'
import { useSession } from '@/account/session'
import { t } from '@/i18n'
import { leaveFor } from '@/ui/leave'

/** What the court can lead to outside of this service. */
export type Outside = 'enforcement' | 'broadcast' | 'answers' | 'laws'

/** The outside services that this court has chosen; the others aren't shown. */
export function useOutside() {
  const session = useSession()
  void session.loadConfig().catch(() => {}) // without a network they aren't there either
  const links = computed(() => new Map((session.config?.links ?? []).map((l) => [l.key, l])))
  return {
    has: (key: Outside) => links.value.has(key),
    /** Goes there after asking. */
    go(key: Outside) {
      const l = links.value.get(key)
      if (l) void leaveFor(l.url, l.name || t(`home.${key}`))
    },
  }
}
