// SPDX-License-Identifier: MPL-2.0
// The mark: rows of a table, one with the gap filled.
export function Logo() {
    return (
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="7" class="logo-ground" />
            <path class="logo-faint" d="M7 8h18v4H7zM7 20h8v4H7z" />
            <path class="logo-row" d="M7 14h12v4H7z" />
            <path class="logo-fill" d="M21 14h4v4h-4zM17 20h8v4h-8z" />
        </svg>
    );
}
