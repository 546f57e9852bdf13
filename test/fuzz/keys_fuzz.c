// SPDX-License-Identifier: MPL-2.0
// What an admin may write into keys/roles.cfg and keys/clients: any bytes are taken or refused with
// a reason.
#include <stdint.h>
#include <stdlib.h>

#include "broker/keyring.h"
#include "broker/roles.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    fault_t fault = {0};
    policy_t *policy = policy_new();
    if (roles_parse(text, size, policy, &fault)) {
        require(fault.detail[0] != '\0');
    }
    require(!policy_role(policy, view_of(POLICY_LOCAL)));
    policy_destroy(&policy);
    keyring_t keyring = {0};
    if (keyring_parse(text, size, &keyring, &fault) == ERR_OK) {
        for (size_t i = 0; i < keyring.count; i++) {
            require(key_check(keyring.items[i].public_key));
        }
        keyring_release(&keyring);
    }
    return 0;
}
