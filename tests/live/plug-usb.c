// SPDX-License-Identifier: MIT
/*
 * Plugs a device into the bus of dummy_hcd, through raw_gadget, until it is killed. The
 * device answers every request with a stall: the hub tries for a while and gives up.
 */
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <linux/usb/raw_gadget.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

union event {
	struct usb_raw_event event;
	char bytes[sizeof(struct usb_raw_event) + sizeof(struct usb_ctrlrequest)];
};

int main(void)
{
	struct usb_raw_init init = { .speed = USB_SPEED_HIGH };
	int fd = open("/dev/raw-gadget", O_RDWR | O_CLOEXEC);

	strcpy((char *)init.driver_name, "dummy_udc");
	strcpy((char *)init.device_name, "dummy_udc.0");
	if (fd < 0 || ioctl(fd, USB_RAW_IOCTL_INIT, &init) || ioctl(fd, USB_RAW_IOCTL_RUN)) {
		perror("plug-usb: raw-gadget");
		return 1;
	}
	for (;;) {
		union event event = { .event.length = sizeof(struct usb_ctrlrequest) };

		if (ioctl(fd, USB_RAW_IOCTL_EVENT_FETCH, &event) < 0) {
			perror("plug-usb: USB_RAW_IOCTL_EVENT_FETCH");
			return 1;
		}
		if (event.event.type == USB_RAW_EVENT_CONTROL)
			ioctl(fd, USB_RAW_IOCTL_EP0_STALL, 0);
	}
}
