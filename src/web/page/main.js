import { render } from './vendor/preact.js'
import { App } from './app.js'
import { html } from './html.js'

render(html`<${App} />`, document.body)
