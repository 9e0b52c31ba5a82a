package store

import (
	"context"
	"errors"

	"microcourt/store/court"
)

// knownPerson is what the record knows of a person, for comparing with a file.
type knownPerson struct {
	id, name, phone, idType, idNumber string
}

func (tx *Tx) knownPerson(ctx context.Context, id string) (knownPerson, error) {
	p := knownPerson{id: id}
	if id == "" {
		return p, nil
	}
	var phone, number []byte
	err := tx.row(ctx, "SELECT name, phone_enc, id_type, id_number_enc FROM person WHERE id = $1"+tx.lock, id).Scan(&p.name, &phone, &p.idType, &number)
	if err != nil {
		return p, err
	}
	return p, tx.open(map[*string][]byte{&p.phone: phone, &p.idNumber: number})
}

// otherDocument reports whether both sides name a document and not the same one: then these are two people.
func (p knownPerson) otherDocument(w *importedPlace) bool {
	return p.idNumber != "" && w.idNumber != "" && (p.idType != w.idType || p.idNumber != w.idNumber)
}

// identify finds or makes the person behind a participant. Whoever is let into a case by mistake reads what isn't his or hers: in
// doubt the case is refused, and the court's staff look at it.
func (im *caseImport) identify(ctx context.Context, has, w *importedPlace) (err error) {
	if w.role.OfCourt() {
		return im.identifyStaff(ctx, w)
	}
	if w.kind == court.KindOrganisation {
		return nil
	}
	if im.byDocument {
		return im.identifyByDocument(ctx, w)
	}
	if w.phone != "" {
		if w.phone, err = normalPhone(w.phone); err != nil {
			e := court.AsError(err)
			return im.refuse(w.field+".phone", "应为11位中国大陆手机号码，或者带国家、地区代码的号码", e.EN)
		}
	}
	if has != nil && has.personID != "" {
		return im.identifyAgain(ctx, has, w)
	}
	return im.identifyNew(ctx, w)
}

// identifyByDocument finds the person whose identity was verified with the document. Whoever isn't known by it, or by another name, can link the case later.
func (im *caseImport) identifyByDocument(ctx context.Context, w *importedPlace) error {
	p, err := im.known(ctx, im.tx.personByIDNumber, w.idType, w.idNumber)
	if err != nil || p.id == "" || p.name != w.name {
		return err
	}
	verified, err := im.tx.verified(ctx, p.id)
	if verified {
		w.personID = p.id
	}
	return err
}

func (im *caseImport) identifyStaff(ctx context.Context, w *importedPlace) error {
	login := w.ref[len(panelRef("")):]
	var role court.Role
	err := im.tx.row(ctx, "SELECT s.person_id, s.role, p.name FROM staff s JOIN person p ON p.id = s.person_id WHERE s.login = $1", login).Scan(&w.personID, &role, &w.name)
	if errors.Is(notFound(err), court.ErrNotFound) {
		return im.refuse(w.field+".login", "没有这个账号，请先建立账号", "there is no such account; make it first")
	}
	if err == nil && role != w.role {
		return im.refuse(w.field+".role", "与账号的身份不符", "the account has another role")
	}
	return err
}

// identifyAgain looks at a participant who was here before under the same ref. It must be the same person: what was written stays in that
// name.
func (im *caseImport) identifyAgain(ctx context.Context, has, w *importedPlace) error {
	p, err := im.tx.knownPerson(ctx, has.personID)
	if err != nil {
		return err
	}
	renumbered := w.phone != has.phone && w.phone != ""
	switch {
	case p.otherDocument(w):
		return im.refuse(w.field+".id_number", "与此ref原有人员的证件号码不同；不同的人须用不同的ref", "not the document of the person who had this ref; another person needs another ref")
	case w.name != has.name && renumbered && (p.idNumber == "" || w.idNumber == ""):
		return im.refuse(w.field+".ref", "姓名和手机号都变了，无法确认是同一个人；不同的人须用不同的ref", "name and phone have both changed: another person needs another ref")
	}
	w.personID = p.id
	update := PersonData{}
	if w.name != has.name {
		update.Name = w.name
	}
	if renumbered && w.phone != p.phone {
		update.Phone = w.phone
	}
	if p.idNumber == "" {
		update.IDType, update.IDNumber = w.idType, w.idNumber
	}
	return im.updatePerson(ctx, p, update, w)
}

// identifyNew finds the person by identity document, else by phone, or makes a new one who can sign in by phone.
func (im *caseImport) identifyNew(ctx context.Context, w *importedPlace) error {
	byDocument, err := im.known(ctx, im.tx.personByIDNumber, w.idType, w.idNumber)
	if err != nil {
		return err
	}
	var byPhone knownPerson
	if w.phone != "" {
		id, err := im.tx.personByPhone(ctx, w.phone)
		if err != nil {
			return err
		}
		if byPhone, err = im.tx.knownPerson(ctx, id); err != nil {
			return err
		}
	}
	switch {
	case byDocument.id != "":
		if byDocument.name != w.name {
			return im.refuse(w.field+".name", "此证件号码已登记在另一姓名下，请核对", "this document is registered under another name: please check")
		}
		update := PersonData{}
		if w.phone != byDocument.phone {
			update.Phone = w.phone
		}
		w.personID = byDocument.id
		return im.updatePerson(ctx, byDocument, update, w)
	case byPhone.id != "":
		if byPhone.otherDocument(w) {
			return im.refuse(w.field+".phone", "此手机号已属于证件号码不同的另一人", "this phone number belongs to somebody with another document")
		}
		if byPhone.name != "" && byPhone.name != w.name {
			return im.refuse(w.field+".phone", "此手机号已登记在另一姓名下，请核对", "this phone number is registered under another name: please check")
		}
		w.personID = byPhone.id
		return im.updatePerson(ctx, byPhone, PersonData{Name: w.name, IDType: w.idType, IDNumber: w.idNumber}, w)
	case w.phone == "":
		return nil // nobody can sign in without a phone number
	}
	im.touched = true
	w.personID, err = im.tx.createPerson(ctx, PersonData{Name: w.name, Phone: w.phone, IDType: w.idType, IDNumber: w.idNumber})
	return err
}

func (im *caseImport) known(ctx context.Context, find func(ctx context.Context, idType, number string) (string, error), idType, number string) (knownPerson, error) {
	if number == "" {
		return knownPerson{}, nil
	}
	id, err := find(ctx, idType, number)
	if err != nil {
		return knownPerson{}, err
	}
	return im.tx.knownPerson(ctx, id)
}

// updatePerson changes what the file knows better, unless it is somebody else's.
func (im *caseImport) updatePerson(ctx context.Context, p knownPerson, u PersonData, w *importedPlace) error {
	if u.Name == p.name {
		u.Name = ""
	}
	if u.IDNumber == p.idNumber {
		u.IDType, u.IDNumber = "", ""
	}
	if u == (PersonData{}) {
		return nil
	}
	if u.IDNumber != "" {
		owner, err := im.tx.personByIDNumber(ctx, u.IDType, u.IDNumber)
		if err != nil {
			return err
		}
		if owner != "" && owner != p.id {
			return im.refuse(w.field+".id_number", "此证件号码已属于另一人", "this document belongs to somebody else")
		}
	}
	if u.Phone != "" {
		if err := im.freePhone(ctx, u.Phone, w); err != nil {
			return err
		}
	}
	im.touched = true
	return im.tx.updatePerson(ctx, p.id, u)
}

// freePhone makes sure that nobody else has a phone number. Somebody who signed in with a new number before the court knew of it has
// left a person behind without name, document or case: that one gives the number up.
func (im *caseImport) freePhone(ctx context.Context, phone string, w *importedPlace) error {
	owner, err := im.tx.personByPhone(ctx, phone)
	if err != nil || owner == "" {
		return err
	}
	p, err := im.tx.knownPerson(ctx, owner)
	if err != nil {
		return err
	}
	var places int
	if err := im.tx.row(ctx, "SELECT count(*) FROM participant WHERE person_id = $1", owner).Scan(&places); err != nil {
		return err
	}
	if p.name != "" || p.idNumber != "" || places > 0 {
		return im.refuse(w.field+".phone", "此手机号已属于另一人", "this phone number belongs to somebody else")
	}
	if _, err := im.tx.exec(ctx, "UPDATE person SET phone_enc = NULL, phone_mac = NULL, updated_at = $2 WHERE id = $1", owner, im.tx.now); err != nil {
		return err
	}
	return im.tx.revokeSessions(ctx, owner, "")
}
