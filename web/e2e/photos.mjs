// What people photograph, drawn: so that pictures of the pages show something.

const serif = "'Noto Serif SC', 'Noto Serif CJK SC', serif"

async function photograph(browser, path, [width, height], html) {
  const page = await browser.newPage({ viewport: { width, height } })
  await page.setContent(html)
  await page.screenshot({ path, type: 'jpeg', quality: 88 })
  await page.close()
}

/** A photo of a delivery note on a desk. */
export function deliveryNote(browser, path) {
  const line = (...cells) => `<tr>${cells.map((c) => `<td>${c}</td>`).join('')}</tr>`
  return photograph(browser, path, [880, 460], `<style>
    body { margin: 0; height: 460px; background: linear-gradient(120deg, #8a6b4c, #6d5238 60%, #5c442e); font: 27px/1.4 ${serif}; overflow: hidden }
    main { position: absolute; left: 52px; top: 18px; width: 700px; padding: 20px 36px 40px; background: linear-gradient(160deg, #fffdf6, #efe9da); color: #222; transform: rotate(-2.5deg); box-shadow: 6px 14px 40px #0009 }
    h1 { margin: 0 0 6px; text-align: center; letter-spacing: 16px; font-size: 38px } p { margin: 4px 0; display: flex; gap: 40px }
    table { width: 100%; border-collapse: collapse; margin: 8px 0 } td { border: 2px solid #555; padding: 5px 12px } i { font-family: cursive; color: #1d3a8a; font-style: italic }
    b { position: absolute; right: 34px; bottom: 8px; width: 118px; height: 118px; border: 5px solid #b3261ecc; border-radius: 50%; color: #b3261ecc; display: grid; place-items: center; font-size: 24px; line-height: 1.2; text-align: center; transform: rotate(-14deg) }
    </style><main><h1>收货单</h1><p><span>甬江示范建材有限公司</span><span>4月8日</span></p>
    <table>${line('品名', '规格', '箱数', '备注')}${line('抛光砖', '800×800', '<i>500</i>', '<i>含补100箱</i>')}</table>
    <p><span>送货人 <i>张伟</i></span><span>收货人 <i>徐仓</i></span></p><b>收货<br>专用章</b></main>`)
}

/** A photo of a page of a paper on a desk. */
export function paper(browser, path, title, lines) {
  return photograph(browser, path, [600, 800], `<style>
    body { margin: 0; height: 800px; background: linear-gradient(140deg, #7d8a96, #59636e); font: 26px/1.75 ${serif}; overflow: hidden }
    main { position: absolute; inset: 34px 40px; padding: 40px; background: linear-gradient(160deg, #fffefa, #eee9dd); color: #222; transform: rotate(-1.2deg); box-shadow: 6px 14px 40px #0008 }
    h1 { margin: 0 0 18px; text-align: center; letter-spacing: 8px; font-size: 38px } p { margin: 6px 0; text-indent: 2em }
    </style><main><h1>${title}</h1>${lines.map((l) => `<p>${l}</p>`).join('')}</main>`)
}

const head = (x, y, size, skin, cloth) => `<g transform="translate(${x} ${y}) scale(${size})"><path d="M-92 150c0-62 40-88 92-88s92 26 92 88z" fill="${cloth}"/><path d="M-20 40h40v34c-10 14-30 14-40 0z" fill="${skin}"/><path d="M-60-6c-4-92 124-92 120 0v34h-120z" fill="#2d2622"/><ellipse rx="45" ry="56" fill="${skin}"/>
  <path d="M-46-14c14-34 64-40 92 0 2-56-30-72-46-72s-50 16-46 72z" fill="#2d2622"/><circle cx="-17" cy="2" r="4"/><circle cx="17" cy="2" r="4"/><path d="M-13 29q13 9 26 0" fill="none" stroke="#a4574b" stroke-width="4" stroke-linecap="round"/></g>`

/** A photo of one side of an identity card that nobody has. */
export function card(browser, path, lines) {
  return photograph(browser, path, [860, 560], `<style>
    body { margin: 0; height: 560px; background: linear-gradient(140deg, #5f5247, #433a32); font: 30px/1.7 ${serif}; overflow: hidden }
    main { position: absolute; inset: 34px 44px; padding: 40px 46px; border-radius: 26px; background: linear-gradient(130deg, #eef4f7, #d5e2e8 55%, #e8eef0); color: #263238; box-shadow: 4px 12px 34px #0009 }
    p { margin: 4px 0 } b { position: absolute; right: 40px; bottom: 28px; color: #b3261e; font-size: 26px; letter-spacing: 6px }
    svg { position: absolute; right: 60px; top: 60px; border-radius: 10px; background: #fff }
    </style><main>${lines.map((l) => `<p>${l}</p>`).join('')}${lines.length > 3 ? `<svg width="190" height="240">${head(95, 110, 0.95, '#e3b896', '#4a4a52')}</svg>` : ''}<b>样本</b></main>`)
}

/** Somebody before a camera. */
export function portrait(browser, path) {
  return photograph(browser, path, [640, 480], `<style>body { margin: 0; height: 480px; overflow: hidden; background: linear-gradient(#dfe5e6, #b9c4c6) }</style><svg width="640" height="480">${head(320, 200, 1.9, '#e3b896', '#33506f')}</svg>`)
}
