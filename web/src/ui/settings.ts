import { reactive, watch } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'microcourt.look'

interface Look {
  theme: Theme
  large: boolean
}

function stored(): Look {
  try {
    const l = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Look>
    return { theme: l.theme ?? 'system', large: l.large ?? false }
  } catch {
    return { theme: 'system', large: false }
  }
}

/** How the page looks on this phone, whoever is signed in. */
export const look = reactive(stored())

const night = matchMedia('(prefers-color-scheme: dark)')

function apply() {
  const dark = look.theme === 'dark' || (look.theme === 'system' && night.matches)
  const root = document.documentElement
  root.dataset.theme = dark ? 'dark' : 'light'
  root.dataset.size = look.large ? 'large' : 'normal'
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', dark ? '#10161F' : '#F7F5F0')
}

export function startLook() {
  apply()
  night.addEventListener('change', apply)
  watch(look, () => {
    localStorage.setItem(KEY, JSON.stringify(look))
    apply()
  })
}
