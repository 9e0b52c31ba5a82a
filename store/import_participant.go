package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"microcourt/store/court"
)

// importedPlace is a participant as the file wants it, or as the case has it.
type importedPlace struct {
	id       string // participant
	personID string // "" for who cannot sign in
	removed  bool

	ref, standing, kind, name string
	role                      court.Role
	phone, address            string
	idType, idNumber          string
	position                  int

	// from the file only
	field     string // where it stands there
	verified  *court.VerificationData
	actsFor   []string // refs
	authority func(ref string) string
}

// panelRef is the ref of one of the court's own people, which no ref of a file can be.
func panelRef(login string) string { return "panel/" + login }

// wanted lists the file's participants in the order in which people see them.
func (im *caseImport) wanted() []*importedPlace {
	var all []*importedPlace
	add := func(w *importedPlace, format string, i int) {
		w.field, w.position = fmt.Sprintf(format, i), len(all)
		all = append(all, w)
	}
	person := func(p court.PersonRecord, role court.Role, kind, standing string) *importedPlace {
		return &importedPlace{
			ref: p.Ref, role: role, kind: kind, standing: standing, name: p.Name, phone: p.Phone, address: p.Address,
			idType: p.IDType, idNumber: p.IDNumber, verified: p.Verified,
		}
	}
	for i, p := range im.data.Parties {
		add(person(p.PersonRecord, court.RoleParty, p.Kind, p.Standing), "parties[%d]", i)
	}
	for i, r := range im.data.Representatives {
		w := person(r.PersonRecord, court.RoleRepresentative, court.KindPerson, r.Standing)
		w.actsFor, w.authority = r.For, r.AuthorityFor
		add(w, "representatives[%d]", i)
	}
	for i, m := range im.data.Panel {
		login := strings.ToLower(m.Login)
		add(&importedPlace{ref: panelRef(login), role: m.Role, kind: court.KindPerson, standing: m.Standing}, "panel[%d]", i)
	}
	return all
}

// participants makes the case's participants those of the file. Who isn't there any more leaves first, so that a person can come
// back under another ref.
func (im *caseImport) participants(ctx context.Context) error {
	has, err := im.has(ctx)
	if err != nil {
		return err
	}
	wanted := im.wanted()
	seats := map[string]*importedPlace{} // by person
	for _, w := range wanted {
		if err := im.identify(ctx, has[w.ref], w); err != nil {
			return err
		}
		if w.personID == "" {
			im.unlinked = im.unlinked || w.kind == court.KindPerson && w.idNumber != ""
			continue
		}
		if other := seats[w.personID]; other != nil {
			return im.refuse(w.field, "与 "+other.field+" 是同一个人", "this is the same person as "+other.field)
		}
		seats[w.personID] = w
	}
	members, err := im.members(ctx, wanted)
	if err != nil {
		return err
	}
	for _, m := range members {
		if seats[m.personID] == nil { // the file knows better where somebody stands
			seats[m.personID] = m
			wanted = append(wanted, m)
		}
	}
	if err := im.remove(ctx, has, wanted); err != nil {
		return err
	}
	for _, w := range wanted {
		if err := im.place(ctx, has[w.ref], w); err != nil {
			return err
		}
		if err := im.verify(ctx, w); err != nil {
			return err
		}
	}
	return im.represent(ctx, wanted)
}

// has reads the case's participants, also those who left, by ref.
func (im *caseImport) has(ctx context.Context) (map[string]*importedPlace, error) {
	rows, err := im.tx.query(ctx, `SELECT id, ref, COALESCE(person_id, ''), role, standing, kind, name, phone_enc, address_enc, id_type, id_number_enc, position,
		CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END FROM participant WHERE case_id = $1`, im.caseID)
	all, err := collect(rows, err, func(r *sql.Rows) (*importedPlace, error) {
		var p importedPlace
		var phone, address, number []byte
		var removed int
		if err := r.Scan(&p.id, &p.ref, &p.personID, &p.role, &p.standing, &p.kind, &p.name, &phone, &address, &p.idType, &number, &p.position, &removed); err != nil {
			return nil, err
		}
		p.removed = removed != 0
		return &p, im.tx.open(map[*string][]byte{&p.phone: phone, &p.address: address, &p.idNumber: number})
	})
	byRef := make(map[string]*importedPlace, len(all))
	for _, p := range all {
		byRef[p.ref] = p
	}
	return byRef, err
}

// open decrypts several values.
func (tx *Tx) open(values map[*string][]byte) (err error) {
	for to, sealed := range values {
		var openErr error
		*to, openErr = tx.s.keys.Open(sealed)
		err = errors.Join(err, openErr)
	}
	return err
}

func (im *caseImport) remove(ctx context.Context, has map[string]*importedPlace, wanted []*importedPlace) error {
	var gone []string
	for ref, p := range has {
		if !p.removed && !slices.ContainsFunc(wanted, func(w *importedPlace) bool { return w.ref == ref }) {
			gone = append(gone, p.id)
		}
	}
	slices.Sort(gone)
	for _, id := range gone {
		if _, err := im.tx.exec(ctx, "UPDATE participant SET removed_at = $3 WHERE case_id = $1 AND id = $2", im.caseID, id, im.tx.now); err != nil {
			return err
		}
	}
	im.left = gone
	im.touched = im.touched || len(gone) > 0
	return nil
}

// place writes a participant as the file wants it, where that differs from what the case has.
func (im *caseImport) place(ctx context.Context, has, w *importedPlace) error {
	if has == nil {
		w.id = NewID()
		im.touched = true
		im.joined = append(im.joined, w.id)
		_, err := im.tx.exec(ctx, `INSERT INTO participant (id, case_id, ref, person_id, role, standing, kind, name, phone_enc, address_enc, id_type, id_number_enc, position, joined_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, append([]any{w.id, im.caseID, w.ref}, append(im.columns(w), im.tx.now)...)...)
		return err
	}
	w.id = has.id
	if has.same(w) {
		return nil
	}
	im.touched = true
	switch {
	case has.removed:
		im.joined = append(im.joined, w.id)
	case !has.looksLike(w):
		im.see("participants")
	}
	_, err := im.tx.exec(ctx, `UPDATE participant SET person_id = $3, role = $4, standing = $5, kind = $6, name = $7, phone_enc = $8, address_enc = $9, id_type = $10,
		id_number_enc = $11, position = $12 WHERE case_id = $1 AND id = $2`, append([]any{im.caseID, w.id}, im.columns(w)...)...)
	if err != nil || !has.removed && has.role == w.role {
		return err
	}
	// Whoever comes back, or becomes judge, has the rights of that place from now on only.
	_, err = im.tx.exec(ctx, "UPDATE participant SET removed_at = NULL, joined_at = $3 WHERE case_id = $1 AND id = $2", im.caseID, w.id, im.tx.now)
	return err
}

func (im *caseImport) columns(w *importedPlace) []any {
	keys := im.tx.s.keys
	return []any{
		orNull(w.personID), string(w.role), w.standing, w.kind, w.name, keys.Seal(w.phone), keys.Seal(w.address), w.idType, keys.Seal(w.idNumber), w.position,
	}
}

// same reports whether nothing of what is stored differs.
func (p *importedPlace) same(w *importedPlace) bool {
	return !p.removed && p.looksLike(w) && p.phone == w.phone && p.address == w.address && p.idType == w.idType && p.idNumber == w.idNumber && p.position == w.position
}

// looksLike reports whether the other participants would see no difference.
func (p *importedPlace) looksLike(w *importedPlace) bool {
	return p.personID == w.personID && p.role == w.role && p.standing == w.standing && p.kind == w.kind && p.name == w.name
}

// verify takes the court's verification of a person over, once.
func (im *caseImport) verify(ctx context.Context, w *importedPlace) error {
	if w.verified == nil || w.personID == "" {
		return nil
	}
	method, note := VerifiedByCourt, w.verified.Method+" "+w.verified.At
	if w.verified.Method == VerifiedByDemoData {
		if !im.demo {
			return im.refuse(w.field+".verified.method", "“demo”只能用于演示", "\"demo\" is for demonstrations only")
		}
		method = VerifiedByDemoData
	}
	var known int
	err := im.tx.row(ctx, "SELECT count(*) FROM verification WHERE person_id = $1 AND revoked_at IS NULL", w.personID).Scan(&known)
	if err != nil || known > 0 {
		return err
	}
	im.touched = true
	im.see("participants")
	return im.tx.verifyPerson(ctx, w.personID, method, "", note)
}

// represent writes who acts for whom. What somebody did who has left stays as it was.
func (im *caseImport) represent(ctx context.Context, wanted []*importedPlace) error {
	byRef := map[string]string{}
	for _, w := range wanted {
		byRef[w.ref] = w.id
	}
	for _, w := range wanted {
		want := []byte{}
		authorities := map[string]string{} // by participant id
		for _, ref := range w.actsFor {
			authorities[byRef[ref]] = w.authority(ref)
		}
		targets := slices.Sorted(maps.Keys(authorities))
		for _, id := range targets {
			want = fmt.Appendf(want, "%s=%s;", id, authorities[id])
		}
		has, err := im.represents(ctx, w.id)
		if err != nil {
			return err
		}
		if bytes.Equal(has, want) {
			continue
		}
		im.touched = true
		im.see("participants")
		if _, err := im.tx.exec(ctx, "DELETE FROM representation WHERE participant_id = $1", w.id); err != nil {
			return err
		}
		for _, id := range targets {
			if _, err := im.tx.exec(ctx, "INSERT INTO representation (case_id, participant_id, for_participant, authority) VALUES ($1, $2, $3, $4)",
				im.caseID, w.id, id, authorities[id]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (im *caseImport) represents(ctx context.Context, participant string) (has []byte, err error) {
	rows, err := im.tx.query(ctx, "SELECT for_participant, authority FROM representation WHERE participant_id = $1 ORDER BY 1", participant)
	pairs, err := collect(rows, err, func(r *sql.Rows) (pair [2]string, err error) { return pair, r.Scan(&pair[0], &pair[1]) })
	for _, pair := range pairs {
		has = fmt.Appendf(has, "%s=%s;", pair[0], pair[1])
	}
	return has, err
}
