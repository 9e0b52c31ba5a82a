package badnet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The addresses of the two hosts: of the test's process, and of the one that is far away.
const (
	Here = "10.77.0.1"
	Away = "10.77.0.2"
)

// alone says to a process that it is the one with a network of its own.
const alone = "MICROCOURT_TEST_ALONE"

// Alone runs the test once more in a process with a network of its own (network_namespaces(7)) and the further environment, waits for it, and fails as it does. It reports whether this is that process.
// Where the machine forbids it, the test is skipped.
func Alone(t *testing.T, env ...string) bool {
	t.Helper()
	if os.Getenv(alone) != "" {
		return true
	}
	if f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0); err != nil {
		t.Skipf("needs /dev/net/tun: %v", err)
	} else {
		f.Close()
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=10m")
	cmd.Env = append(append(os.Environ(), alone+"=1"), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skipf("needs network namespaces: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	t.Log(said.String())
	if err != nil {
		t.Error(err)
	}
	return false
}

// Host is another host, which bad ways lead to and from. It is there until the test ends.
type Host struct {
	To, From *Way
	calls    chan func()
}

// NewHost sets the host up beside this process, which has a network of its own ([Alone]).
func NewHost(t testing.TB, w Weather) *Host {
	t.Helper()
	h := &Host{To: NewWay(w, 0), From: NewWay(w, 0), calls: make(chan func())}
	ready := make(chan error)
	go func() { // ends with the test, and its thread with it, because that is in another network
		runtime.LockOSThread()
		ready <- unix.Unshare(unix.CLONE_NEWNET)
		for f := range h.calls {
			f()
		}
	}()
	t.Cleanup(func() { close(h.calls) })
	if err := errors.Join(<-ready, up("lo")); err != nil {
		t.Fatal(err)
	}
	here, err := tunnel(Here)
	if err != nil {
		t.Fatal(err)
	}
	var away *os.File
	h.do(func() { away, err = tunnel(Away) })
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	join := func(from, to *os.File, w *Way) {
		running.Go(func() {
			buf := make([]byte, 2048)
			for {
				n, err := from.Read(buf)
				if err != nil {
					return
				}
				w.Take(buf[:n])
			}
		})
		running.Go(func() { w.Carry(func(b []byte) { _, _ = to.Write(b) }) })
	}
	join(here, away, h.To)
	join(away, here, h.From)
	t.Cleanup(func() {
		here.Close()
		away.Close()
		h.To.Close()
		h.From.Close()
		running.Wait()
	})
	return h
}

// Set changes the weather on both ways.
func (h *Host) Set(w Weather) {
	h.To.Set(w)
	h.From.Set(w)
}

// do runs f where the sockets that it opens are the other host's.
func (h *Host) do(f func()) {
	done := make(chan struct{})
	h.calls <- func() { f(); close(done) }
	<-done
}

// Client makes requests from the other host.
func (h *Host) Client() *http.Client {
	dial := func(ctx context.Context, network, address string) (c net.Conn, err error) {
		h.do(func() { c, err = new(net.Dialer).DialContext(ctx, network, address) }) // of an address in numbers, in the caller's goroutine
		return c, err
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
}

// ListenUDP opens a port of the other host's.
func (h *Host) ListenUDP() (c *net.UDPConn, err error) {
	h.do(func() { c, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(Away)}) })
	return c, err
}

// tunnel makes an interface with an address in the network of the calling thread. What is sent to the other addresses beside it is read from the file.
func tunnel(address string) (*os.File, error) {
	const name = "bad0"
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	r, _ := unix.NewIfreq(name)
	r.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, r); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	f := os.NewFile(uintptr(fd), name)
	set := func(request uint, a string) error {
		return errors.Join(r.SetInet4Addr(net.ParseIP(a).To4()), control(request, r))
	}
	if err := errors.Join(set(unix.SIOCSIFADDR, address), set(unix.SIOCSIFNETMASK, "255.255.255.0"), up(name)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func up(name string) error {
	r, _ := unix.NewIfreq(name)
	r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return control(unix.SIOCSIFFLAGS, r)
}

func control(request uint, r *unix.Ifreq) error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return errors.Join(unix.IoctlIfreq(s, request, r), unix.Close(s))
}
