// Everything works without this file. It only spares effort: the error summary takes the focus, a draft survives a
// closed page, and a form is not sent twice by a second press.
(() => {
  'use strict';
  document.getElementById('errors')?.focus();

  // A draft belongs to one person: whoever is not signed in keeps it for this window only. It goes when the server says that the
  // form was taken, and with the person: what somebody else left is wiped.
  const person = document.body.dataset.person || '';
  const drafts = {
    store() { return person ? localStorage : sessionStorage; },
    key: (form, field) => `draft ${person} ${form.getAttribute('action')} ${field.name}`,
    forget(store, wanted) {
      for (const key of Object.keys(store)) if (key.startsWith('draft ') && wanted(key)) store.removeItem(key);
    },
  };
  try {
    // Somebody else is signed in now. A session that only ran out keeps what its owner wrote.
    if (person) drafts.forget(localStorage, (key) => !key.startsWith(`draft ${person} `));
    for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
      form.addEventListener('submit', () => { drafts.forget(localStorage, () => true); drafts.forget(sessionStorage, () => true); });
    }
    const taken = document.cookie.split('; ').find((part) => part.startsWith('taken='));
    if (taken) {
      const form = drafts.store().getItem(`sent ${taken.slice(6)}`);
      if (form) drafts.forget(drafts.store(), (key) => key.startsWith(`draft ${person} ${form} `));
      drafts.store().removeItem(`sent ${taken.slice(6)}`);
      document.cookie = 'taken=; Max-Age=0; Path=/; SameSite=Strict';
    }
  } catch { /* a browser that keeps nothing: the forms still work */ }

  for (const form of document.querySelectorAll('form[method="post"]')) {
    const texts = [...form.querySelectorAll('textarea')];
    const action = form.getAttribute('action');
    for (const field of texts) {
      try {
        const kept = drafts.store().getItem(drafts.key(form, field));
        if (kept && !field.value) field.value = kept;
        const name = drafts.key(form, field);
        field.addEventListener('input', () => { try { drafts.store().setItem(name, field.value); } catch { /* full */ } });
      } catch { /* as above */ }
    }
    form.addEventListener('submit', () => {
      if (texts.length) {
        try {
          const number = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
          drafts.store().setItem(`sent ${number}`, action);
          form.action = action + (action.includes('?') ? '&' : '?') + `draft=${number}`;
        } catch { /* the draft stays, and is written over by the next */ }
      }
      const button = form.querySelector('button[type="submit"]');
      if (button) setTimeout(() => { button.disabled = true; }, 0);
    });
  }

  // Back from the next page: buttons are alive again.
  addEventListener('pageshow', () => {
    for (const button of document.querySelectorAll('button[disabled]')) button.disabled = false;
  });

  // Photos are made small before they travel: a telephone's picture is ten times what anybody needs to see.
  for (const field of document.querySelectorAll('input[type="file"][accept^="image/"]')) {
    const small = async (file) => {
      const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      const bytes = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
      return bytes && bytes.size < file.size ? new File([bytes], 'photo.jpg', { type: 'image/jpeg' }) : file;
    };
    field.addEventListener('change', async () => {
      try {
        const all = new DataTransfer();
        for (const file of field.files) all.items.add(await small(file));
        field.files = all.files;
      } catch { /* a browser that cannot: the picture goes as it is */ }
    });
  }

  // Where the telephone is, if somebody presses the button: it proves nothing and is never asked for by itself.
  for (const button of document.querySelectorAll('button[data-position]')) {
    if (!navigator.geolocation) continue;
    button.hidden = false;
    const [field, said] = [button.parentElement, button.parentElement.querySelector('output')];
    button.addEventListener('click', () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.querySelector('[name="longitude"]').value = coords.longitude.toFixed(6);
        field.querySelector('[name="latitude"]').value = coords.latitude.toFixed(6);
        said.textContent = button.dataset.position;
      },
      () => { said.textContent = button.dataset.refused; },
      { enableHighAccuracy: true, timeout: 10000 }));
  }

  // A page that shows how things stand is read anew when the server says that something changed: while somebody looks at
  // it, and not while they write in it. A hidden page holds no line open; a browser has only six.
  const page = () => document.querySelector('main[data-live]');
  if (page() && 'EventSource' in window) {
    let line = null, newest = page().dataset.live, timer = null;
    const isBusy = () => page().contains(document.activeElement) && document.activeElement.matches('input, select, textarea')
      || page().querySelector('details[open]') || String(getSelection()) !== '';
    const offer = () => {
      if (document.getElementById('changed')) return;
      const note = document.createElement('p');
      note.id = 'changed';
      note.className = 'note info';
      note.setAttribute('role', 'status');
      const link = document.createElement('a');
      link.href = location.href;
      link.textContent = page().dataset.changed;
      note.append(link);
      page().prepend(note);
    };
    const renew = async () => {
      timer = null;
      if (document.hidden || page().dataset.live === newest) return;
      if (isBusy()) return offer();
      try {
        const answer = await fetch(location.href, { headers: { Accept: 'text/html', 'Luoshi-Renewal': '1' } });
        const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
        if (!answer.ok || answer.redirected || !fresh.querySelector('main[data-live]') || isBusy()) return offer();
        for (const part of ['nav.nav', 'main']) {
          const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
          if (old && now) old.replaceWith(now);
        }
      } catch { /* away for a moment: the line comes again and says so */ }
    };
    const watch = () => {
      if (document.hidden) {
        line?.close();
        line = null;
      } else if (!line) {
        line = new EventSource('/live');
        line.addEventListener('change', (event) => {
          newest = event.data;
          if (newest !== page().dataset.live) timer ??= setTimeout(renew, 2000);
        });
      }
    };
    document.addEventListener('visibilitychange', watch);
    addEventListener('pagehide', () => { line?.close(); line = null; });
    addEventListener('pageshow', watch);
    watch();
  }

  // Choosing a unit leaves only its people to choose from.
  for (const unit of document.querySelectorAll('select[name="unit"]')) {
    const people = unit.form?.querySelectorAll('select[name="person"]') ?? [];
    const narrow = () => {
      const name = unit.selectedOptions[0]?.textContent ?? '';
      for (const select of people) {
        for (const group of select.querySelectorAll('optgroup')) {
          group.hidden = group.disabled = unit.value !== '' && group.label !== name;
        }
        if (select.selectedOptions[0]?.parentElement.disabled) select.value = '';
      }
    };
    unit.addEventListener('change', narrow);
    if (people.length) narrow();
  }
})();
