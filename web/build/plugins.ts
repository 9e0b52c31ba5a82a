import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Puts `.keep` back after Vite has emptied the folder: Go embeds it, so that the program builds without npm. */
export function keepMarker(): Plugin {
  let dir = ''
  return {
    name: 'keep-marker',
    configResolved(config) {
      dir = join(config.root, config.build.outDir)
    },
    closeBundle() {
      if (this.environment?.mode !== 'dev') writeFileSync(join(dir, '.keep'), '')
    },
  }
}

/** Takes Vant's icon font out: it is a data URL, which the page's content policy refuses. See src/ui/icons.css. */
export function withoutIconFont(): Plugin {
  return {
    name: 'without-icon-font',
    enforce: 'pre',
    transform(code, id) {
      if (!/vant[\\/](es|lib)[\\/]icon[\\/]index\.css/.test(id)) return
      return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ''), map: null }
    },
  }
}
