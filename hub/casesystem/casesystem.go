// Package casesystem asks the court's own case system for somebody's cases as they are now. It comes by itself too, through the import.
package casesystem

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"microcourt/hub/signed"
	"microcourt/store/court"
)

// ErrUnavailable: the case system doesn't answer, or not as agreed.
var ErrUnavailable = errors.New("casesystem: the case system is not available")

// System is the case system:
//
//	POST URL   {"person":{"name":"...","id_type":"...","id_number":"..."}}
//	200        a case file, as POST /api/v1/import takes it, with the cases in which that person has a place
//	204        there are none
//
// Messages are signed (package signed).
type System struct{ client *signed.Client }

const timeout = 30 * time.Second

// New checks the settings, as signed.NewClient does.
func New(address, secret string) (*System, error) {
	client, err := signed.NewClient(address, secret, timeout)
	if err != nil {
		return nil, fmt.Errorf("casesystem: %w", err)
	}
	client.MaxAnswer = court.MaxCaseFileBytes + 1
	return &System{client}, nil
}

// CasesOf gives the case file of somebody's cases; nil for none.
func (s *System) CasesOf(ctx context.Context, name, idType, idNumber string) ([]byte, error) {
	type person struct {
		Name     string `json:"name"`
		IDType   string `json:"id_type"`
		IDNumber string `json:"id_number"`
	}
	status, file, err := s.client.Post(ctx, struct {
		Person person `json:"person"`
	}{person{name, idType, idNumber}})
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case status == http.StatusNoContent:
		return nil, nil
	case status != http.StatusOK:
		return nil, fmt.Errorf("%w: status %d", ErrUnavailable, status)
	case len(file) > court.MaxCaseFileBytes:
		return nil, fmt.Errorf("%w: the answer is too long", ErrUnavailable)
	}
	return file, nil
}
