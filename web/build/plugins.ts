import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

/** Puts `.keep` back after Vite has emptied the folder: Go embeds it, so that the program builds without npm. */
export function keepMarker(): Plugin {
  let dir = ''
  return {
    name: 'keep-marker',
    configResolved(config) {
      dir = resolve(config.root, config.build.outDir)
    },
    closeBundle() {
      if (this.environment?.mode !== 'dev') writeFileSync(join(dir, '.keep'), '')
    },
  }
}

/** Takes Vant's icon font out, and the names of its letters: it is a data URL, which the page's content policy refuses. See src/ui/icons.css. */
export function withoutIconFont(): Plugin {
  return {
    name: 'without-icon-font',
    enforce: 'pre',
    transform(code, id) {
      if (!/vant[\\/](es|lib)[\\/]icon[\\/]index\.css/.test(id)) return
      return { code: code.replace(/@font-face\s*\{[^}]*\}|\.van-icon-[\w-]+:{1,2}before\s*\{[^}]*\}/g, ''), map: null }
    },
  }
}

/** Lays beside the pages what the PDF viewer fetches when a file needs it: letters by Chinese codings, standard fonts, decoders of pictures. */
export function pdfParts(): Plugin {
  let dir = ''
  return {
    name: 'pdf-parts',
    configResolved(config) {
      dir = resolve(config.root, config.build.outDir, 'pdf')
    },
    closeBundle() {
      if (this.environment?.mode === 'dev') return
      const from = resolve('node_modules/pdfjs-dist')
      cpSync(join(from, 'cmaps'), join(dir, 'cmaps'), { recursive: true })
      cpSync(join(from, 'standard_fonts'), join(dir, 'fonts'), { recursive: true })
      mkdirSync(join(dir, 'wasm'), { recursive: true })
      cpSync(join(from, 'wasm/openjpeg_nowasm_fallback.js'), join(dir, 'wasm/openjpeg_nowasm_fallback.js'))
    },
  }
}

/**
 * Writes each file a second time, compressed as no server could while people wait. The program serves `NAME.br` in place of
 * NAME to browsers that take it.
 */
export function brotli(): Plugin {
  let dir = ''
  return {
    name: 'brotli',
    enforce: 'post',
    configResolved(config) {
      dir = resolve(config.root, config.build.outDir)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        if (this.environment?.mode === 'dev') return
        for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
          if (!/\.(html|m?js|css|svg|json|webmanifest|wasm|bcmap)$/.test(name)) continue
          const text = readFileSync(join(dir, name))
          const small = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } })
          if (small.length < text.length * 0.9) writeFileSync(join(dir, name + '.br'), small)
        }
      },
    },
  }
}
