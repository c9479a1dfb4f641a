// SPDX-License-Identifier: MIT

// Go's runtime: threads by raw clone, signals for preemption, children by its own vfork.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sort"
	"strings"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	said := make([]string, 4)
	sums := make([]int, 12)

	runtime.GOMAXPROCS(4)
	for i := range sums {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			runtime.LockOSThread() // A thread each.
			for j := 0; j <= i; j++ {
				sums[i] += j
				os.Getpid()
				runtime.Gosched()
			}
		}(i)
	}
	for i := range said {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			out, err := exec.Command("/bin/echo", "child", fmt.Sprint(i)).Output()
			said[i] = fmt.Sprint(strings.TrimSpace(string(out)), " ", err)
		}(i)
	}
	wg.Wait()
	sort.Strings(said)
	fmt.Println(strings.Join(said, "\n"))
	sum := 0
	for _, n := range sums {
		sum += n
	}
	fmt.Println("sum", sum)
	os.Exit(17)
}
