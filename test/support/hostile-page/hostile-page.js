/**
 * What a page can make a browser send to a server that is not its own, each way once. An answer that the page gets to read is
 * told as a text that begins with "read:"; everything else as what the browser let the page know.
 */
const TURN_MS = 3_000

/** A page that asks an origin that it was not loaded from, or was (where a name was made to lead there). */
globalThis.attack = async (base, paths, json, key) => {
  const { infer, metrics, model } = paths
  const withKey = key === null ? {} : { authorization: `Bearer ${key}` }
  const ways = {
    'fetch, simple': () => read(fetch(base + infer, { method: 'POST', body: json })),
    'fetch, as a form': () => read(fetch(base + infer, { method: 'POST', body: new URLSearchParams({ json }) })),
    'fetch, preflighted': () =>
      read(
        fetch(base + infer, {
          method: 'POST',
          body: json,
          headers: { 'content-type': 'application/json', ...withKey },
        }),
      ),
    'fetch, preflighted bytes': () =>
      read(
        fetch(base + infer, { method: 'POST', body: json, headers: { 'content-type': 'application/octet-stream' } }),
      ),
    'fetch, a type of two': () =>
      read(
        fetch(base + infer, {
          method: 'POST',
          body: json,
          headers: { 'content-type': 'text/plain; application/json' },
        }),
      ),
    'fetch, of no type': () => read(fetch(base + infer, { method: 'POST', body: new Blob([json]) })),
    'fetch, no-cors': () => read(fetch(base + infer, { method: 'POST', body: json, mode: 'no-cors' })),
    'fetch, with credentials': () => read(fetch(base + metrics, { credentials: 'include', headers: withKey })),
    'fetch, of a model': () => read(fetch(base + model)),
    'fetch, of metrics without CORS': () => read(fetch(base + metrics, { mode: 'no-cors' })),
    beacon: async () => navigator.sendBeacon(base + infer, new Blob([json], { type: 'text/plain' })),
    'form, text/plain': () => submit(base + infer, 'text/plain', json),
    'form, multipart': () => submit(base + infer, 'multipart/form-data', json),
    'form, urlencoded': () => submit(base + infer, 'application/x-www-form-urlencoded', json),
    image: () => element('img', base + metrics),
    script: () => element('script', base + metrics),
    'script of JSON': () => element('script', base + model),
    frame: () => frame((own) => own.setAttribute('src', base + metrics)),
    websocket: () => socket(base.replace(/^http/, 'ws') + model),
    'event source': () => events(base + metrics),
  }
  const told = {}
  for (const [name, way] of Object.entries(ways)) {
    try {
      told[name] = String(await Promise.race([way(), late()]))
    } catch (error) {
      told[name] = `refused by the browser: ${error.name}`
    }
  }
  return told
}

const late = () => new Promise((resolve) => setTimeout(resolve, TURN_MS, 'nothing in time'))

const read = async (answer) => {
  const { type, status, ...response } = await answer.then((whole) => ({
    type: whole.type,
    status: whole.status,
    text: () => whole.text(),
  }))
  const text = await response.text()
  return type === 'opaque' ? `opaque ${text}` : `read: ${status} ${text}`
}

/** A form's answer goes to a frame, of which the page may see nothing where it is another's. */
const submit = (action, enctype, json) =>
  frame((own) => {
    const form = document.createElement('form')
    const field = document.createElement('input')
    // As text/plain this is the JSON, with an equals sign in a field that nobody looks at.
    field.name = `${json.slice(0, -1)}, "x": "`
    field.value = '"}'
    Object.assign(form, { method: 'POST', action, enctype, target: own.name })
    form.append(field)
    document.body.append(form)
    form.submit()
  })

const frame = (load) =>
  new Promise((resolve) => {
    const own = document.createElement('iframe')
    own.name = `frame-${document.querySelectorAll('iframe').length}`
    own.addEventListener('load', () => {
      try {
        const text = own.contentDocument?.body?.textContent ?? ''
        if (own.contentDocument?.URL === 'about:blank') return
        resolve(own.contentDocument === null ? 'a frame that is closed to the page' : `read: ${text}`)
      } catch (error) {
        resolve(`closed: ${error.name}`)
      }
    })
    document.body.append(own)
    load(own)
  })

const element = (tag, src) =>
  new Promise((resolve) => {
    const own = document.createElement(tag)
    own.addEventListener('load', () => resolve(`loaded, ${own.naturalWidth ?? 0} wide`))
    own.addEventListener('error', () => resolve('an error'))
    own.src = src
    document.body.append(own)
  })

const socket = (url) =>
  new Promise((resolve) => {
    const own = new WebSocket(url)
    own.addEventListener('open', () => resolve('read: a socket that is open'))
    own.addEventListener('error', () => resolve('an error'))
  })

const events = (url) =>
  new Promise((resolve) => {
    const own = new EventSource(url)
    const end = (what) => {
      own.close()
      resolve(what)
    }
    own.addEventListener('open', () => end('read: events'))
    own.addEventListener('error', () => end('an error'))
  })
